"""What the exercises' right answers are made of, and the ways in which learners make them: one recipe a module."""
