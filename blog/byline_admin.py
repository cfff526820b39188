"""An author's name on what they make, in the admin of posts, digests and papers."""


class NamesAuthor:
    """Mixin of the admins of what has a byline."""

    def save_related(self, request, form, formsets, change):
        """An author's new item bears their name unless they named somebody."""
        named = any(row.get("person") for fs in formsets for row in getattr(fs, "cleaned_data", []))
        person = getattr(request.user, "person", None)
        if person and not change and not named:
            authors = self.model.authors
            item = {authors.field.m2m_field_name(): form.instance}
            authors.through.objects.create(person=person, **item)
        super().save_related(request, form, formsets, change)
