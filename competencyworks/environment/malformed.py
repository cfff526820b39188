class Malformed(ValueError):
    """
    A value that is not what a variable wants. Its words follow the variable's name in a sentence
    and hold no secret.
    """
