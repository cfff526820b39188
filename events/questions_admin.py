"""The questions of an event in its form: what was answered stays when they change."""

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.html import format_html

from competencyworks.core.policy_admin import PolicyInline

from .admin_forms import QuestionForm, SurveyQuestionForm
from .models import Event, Question
from .stored_answers import counted, people, words_no_longer_offered


class QuestionInline(PolicyInline, admin.StackedInline):
    model = Question
    form = QuestionForm
    extra = 0
    most_rows = 50
    too_many = "A form can have up to %(num)d questions. Remove some of them and save again."
    fields = ["text", "hint", ("kind", "required", "position"), "options", "answers"]
    readonly_fields = ["answers"]
    verbose_name_plural = "registration form questions"

    def get_queryset(self, request):
        rows = super().get_queryset(request).filter(asked=self.form.asked, is_retired=False)
        return counted(rows)

    @admin.display(description="answers")
    def answers(self, question):
        count = getattr(question, "answered", 0)
        if not count:
            return "Nobody has answered this yet."
        return (
            f"{people(count)} answered this. If you delete the question, it is no longer asked, "
            "and the answers are kept."
        )


class SurveyQuestionInline(QuestionInline):
    form = SurveyQuestionForm
    verbose_name_plural = "follow-up survey questions"


class KeepsAnswers:
    """Mixin of the admin of events: saves its questions, and says what becomes of answers."""

    def save_formset(self, request, form, formset, change):
        if formset.model is not Question:
            super().save_formset(request, form, formset, change)
            return
        for question in formset.save(commit=False):
            question.save()
        deleted = {question.pk for question in formset.deleted_objects}
        # Under the event's lock: answers to what is deleted may have come since the form was read.
        gone = counted(Question.objects.filter(pk__in=deleted))
        for question in gone:
            if question.answered:
                self._tell_retired(request, question)
        Question.objects.filter(pk__in=deleted).update(is_retired=True)
        # A row whose question is no longer among those that are asked is not saved.
        stored = [each for each in formset.initial_forms if each.instance.pk is not None]
        for each in stored:
            if each.instance.pk not in deleted and "text" in each.changed_data:
                self._tell_reworded(request, each)
        if changed := [each for each in stored if "options" in each.changed_data]:
            self._tell_options(request, form.instance, changed)

    def _tell_retired(self, request: HttpRequest, question: Question) -> None:
        is_survey = question.asked == Question.Asked.SURVEY
        place = "the survey results" if is_survey else "the registrations and the exports"
        messages.info(
            request,
            f"“{question}” is no longer asked. {people(question.answered)} answered it. Their "
            f"answers are kept: you find them in {place}. To ask it again, go to “Changed "
            "questions.”",
        )

    def _tell_reworded(self, request: HttpRequest, form: QuestionForm) -> None:
        if form.answered:
            messages.info(
                request,
                f"{people(form.answered)} answered “{form.initial['text']}”. Their answers now "
                f"appear under “{form.instance.text}”. If that asks something else, restore the "
                "old text and add a new question.",
            )

    def _tell_options(
        self, request: HttpRequest, event: Event, changed: list[QuestionForm]
    ) -> None:
        """Which answers are no longer options because of this save."""
        removed = {
            each.instance.pk: set(each.initial["options"]) - set(each.instance.options)
            for each in changed
        }
        for question, counts in words_no_longer_offered(event).items():
            for word, count in counts.items():
                if word in removed.get(question.pk, ()):
                    messages.info(
                        request,
                        format_html(
                            "{} chose “{}”, which “{}” no longer offers. Their answers keep these "
                            'words. <a href="{}">Change these answers to another option</a>',
                            people(count),
                            word,
                            question,
                            self._url("changed_questions", event),
                        ),
                    )
