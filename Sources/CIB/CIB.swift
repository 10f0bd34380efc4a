// The first source file of this target is on its way.
