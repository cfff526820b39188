from .policy_admin import PolicyAdmin


class ReadOnlyAdmin(PolicyAdmin):
    """Rows that staff see and do not edit: the policy names no other act of Django's for them."""

    show_full_result_count = False
