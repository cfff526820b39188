"""The people of posts and papers, as a column of objects and as those who are told of comments."""

from django.db.models.expressions import RawSQL

from competencyworks.core.belongings import objects
from competencyworks.core.models import Person
from competencyworks.core.prepared import Prepared


def byline(*names: str, kind: str = "post", **columns: str) -> RawSQL:
    """The authors, in their order, as objects with the named columns of core.Person."""
    columns = {name: name for name in names} | columns
    return objects(
        {name: f"person.{column}" for name, column in columns.items()},
        f"blog_{kind}author author JOIN core_person person ON person.id = author.person_id "
        f"WHERE author.{kind}_id = blog_{kind}.id",
        order="author.position, author.id",
    )


def hosts(kind: str) -> Prepared:
    """Name and address of the authors of the `item` (key) who have one, in their order."""
    bond = f"{kind}_authors"
    return Prepared(
        lambda at, item: (
            Person.objects.filter(**{f"{bond}__{kind}": item})
            .exclude(email="")
            .order_by(f"{bond}__position")
            .values_list("name", "email")
        )
    )
