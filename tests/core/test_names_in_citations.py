"""Names of authors that look like something else."""

import pytest

from competencyworks.core.names import Name, parse


@pytest.mark.parametrize(
    ("text", "family", "given", "suffix"),
    [
        ("Salinger, J.D.", "Salinger", "J.D.", ""),
        ("Salinger, J. D.", "Salinger", "J. D.", ""),
        ("de la Cruz, M.A.", "de la Cruz", "M.A.", ""),
        ("Ana Ruiz, J.D.", "Ruiz", "Ana", ""),
        ("Ruiz, Ph.D.", "Ruiz", "", ""),
        ("Press, Frank", "Press", "Frank", ""),
        ("Union, Gabrielle Monique", "Union", "Gabrielle Monique", ""),
        ("Trust, Ana, Jr.", "Trust", "Ana", "Jr."),
        ("Harvard University, Graduate School of Education",
         "Harvard University, Graduate School of Education", "", ""),
        ("Achieve, Inc.", "Achieve, Inc.", "", ""),
        ("Alderbrook Institute", "Alderbrook Institute", "", ""),
        ("José Ortega y Gasset", "Ortega y Gasset", "José", ""),
        ("Ortega y Gasset", "Ortega y Gasset", "", ""),
        ("Ortega y Gasset, José", "Ortega y Gasset", "José", ""),
        ("Santiago Ramón y Cajal", "Ramón y Cajal", "Santiago", ""),
        ("Enric Prat i Cases", "Prat i Cases", "Enric", ""),
        ("Juan de la Cruz y Ramos", "de la Cruz y Ramos", "Juan", ""),
    ],
)  # fmt: skip
def test_family_and_given_names_are_told_apart(text, family, given, suffix):
    assert parse(text) == Name(family, given, suffix)
