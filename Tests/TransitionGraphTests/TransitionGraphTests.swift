import Testing
import TransitionGraph
