"""The page on which a message is translated: its words, what the checks find in them, its history."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from microsite.content.glossary import terms_of_message
from microsite.language.message import shortened
from microsite.language.message_checks import length_limit, refusals
from microsite.language.studio_translations import forms_of, words_by_form
from microsite.storage.revisions import Action, Topic, topic_of
from microsite.storage.saving import Conflict, Draft
from microsite.storage.tables import Revision
from microsite.studio.access import Role, needs
from microsite.studio.blueprint import newest_edition, now, studio
from microsite.studio.history import history_with_diffs, marks, repeat, revision_from_form, save_drafts
from microsite.studio.layout import language_name, moment, render
from microsite.studio.resubmission import PendingForm
from microsite.studio.translations.file_words import file_words
from microsite.studio.translations.insertions import insertions_for
from microsite.studio.translations.message_desk import MessageDesk, open_message
from microsite.studio.word_diff import word_diff, word_diffs

MAX_TITLE = 40
"""Characters of the message in the title of its page: browsers show the beginning of it in a tab."""


@studio.route("/translations/<tag>/messages/<id>/", methods=["GET", "POST"])
@needs(Role.TRANSLATOR)
def translation(tag: str, id: str) -> ResponseReturnValue:
    desk = open_message(tag, id)
    if not desk:
        sentence = gettext("This message is no longer used on the site.")
        title, pending = gettext("There is nothing at this address"), PendingForm.from_request()
        return render("error.html", title, sentence=sentence, pending_form=pending), 404
    match request.form.get("do"):
        case "next" | "stay":
            return _save_words(desk)
        case "restore":
            return _restore(desk)
        case "file":
            return _save(desk, [desk.own(Draft(action=Action.CATALOG, source=words_by_form(desk.item.file_forms)))])
        case _:
            desk.fill_in(request.form.get("take", ""))
            return _page(desk)


def _save_words(desk: MessageDesk) -> ResponseReturnValue:
    """Save the words of the form, for other messages too where their boxes are ticked: all of them, or none where a
    check refuses the words of one, or has warnings that the page has not shown yet.
    """
    item, form, others = desk.item, desk.form, desk.ticked
    findings = [finding for each in (item, *others) for finding in desk.findings(each)]
    if not form.validate() or any(finding.grade == "refused" for finding in findings):
        return _page(desk, gettext("Something needs fixing. Nothing has been saved.")), 422
    if not any(form.forms):
        return _page(desk, gettext("There are no words. Nothing has been saved.")), 422
    if findings and form.seen.data != desk.seen:
        wrong = gettext("There are warnings. Edit the text, or save it again as it is. Nothing has been saved.")
        return _page(desk, wrong), 422
    changed = [other for other in others if not (other.is_live and other.forms == form.forms)]
    if late := {other.id for other in changed if desk.newest_id(other) > form.known.data}:
        return _saved_elsewhere(desk, late)
    drafts = [(desk.topic(other), desk.draft(other), desk.newest_id(other)) for other in changed]
    if desk.is_sent_twice or not (item.is_live and item.forms in (form.typed, form.forms)):
        drafts = [desk.own(desk.draft(item)), *drafts]
    if not drafts:
        flash(gettext("No word has been changed."))
        return _go_on(desk)
    return _save(desk, drafts)


def _saved_elsewhere(desk: MessageDesk, late: set[str]) -> ResponseReturnValue:
    """The page without the ticks of messages that somebody has saved since it listed them."""
    desk.form.also.data = [other.id for other in desk.ticked if other.id not in late]
    wrong = gettext(
        "Somebody has saved the same English elsewhere meanwhile: that box is no longer ticked. Nothing has been "
        "saved yet."
    )
    return _page(desk, wrong), 409


def _restore(desk: MessageDesk) -> ResponseReturnValue:
    """Save the words of an older revision again; put them into the form where the checks refuse them, or where
    they claim what nobody has confirmed: the list may be longer than it was."""
    revision = revision_from_form(desk.edition.revisions, desk.topic(desk.item))
    forms = forms_of(revision.words)
    claims = {match.words for match in desk.claims(desk.item, forms)}
    if refusals(desk.item.message, forms, desk.locale) or claims - set(revision.confirmed_claims):
        # TRANSLATORS: %(moment)s is the date and time of an older translation.
        wrong = gettext(
            "The words of %(moment)s cannot be served as they are. Mend them here.", moment=moment(revision.saved)
        )
        flash(wrong, "alert")
        return redirect(desk.address(desk.item, **{"from": revision.id}), 303)
    return _save(desk, [desk.own(repeat(revision, words_by_form(desk.item.file_forms)))], "restored")


def _save(desk: MessageDesk, drafts: Sequence[tuple[Topic, Draft, int]], event: str = "saved") -> ResponseReturnValue:
    """Save drafts of this message, and of others with the same source: all or none."""
    try:
        save_drafts(drafts, now(), event)
    except Conflict as conflict:
        desk.edition, theirs = newest_edition(), conflict.theirs
        if theirs and topic_of(theirs) != desk.topic(desk.item):
            return _saved_elsewhere(desk, {other.id for other in desk.ticked if other.subject == theirs.subject})
        desk.form.based_on.replace(theirs.id if theirs else 0)
        return _page(desk, theirs=theirs), 409
    newest_edition()
    flash(_outcome(desk, [draft for _, draft, _ in drafts]))
    return _go_on(desk)


def _outcome(desk: MessageDesk, drafts: Sequence[Draft]) -> str:
    """What has come of saving drafts, the first of them of this message."""
    beginning, has_words = shortened(desk.item.message.msgid), drafts[0].action == Action.WORDS
    if has_words and not desk.is_public:
        # TRANSLATORS: After saving a translation in a language that readers do not see yet. %(message)s is the
        # beginning of the message in English.
        sentence = gettext("“%(message)s” is saved.", message=beginning)
    elif len(drafts) > 1:
        # TRANSLATORS: After saving a translation of several messages with the same English, %(message)s.
        sentence = ngettext(
            "“%(message)s” is live in %(num)s place.",
            "“%(message)s” is live in %(num)s places.",
            len(drafts),
            message=beginning,
        )
    elif has_words:
        # TRANSLATORS: After saving a translation. %(message)s is the beginning of the message in English.
        sentence = gettext("“%(message)s” is live.", message=beginning)
    elif not desk.item.file_forms:
        # TRANSLATORS: After giving up the only translation of a message, which begins with %(message)s.
        sentence = gettext("“%(message)s” has no translation any more.", message=beginning)
    else:
        # TRANSLATORS: After giving up a translation of the studio. %(message)s is the beginning of the message.
        sentence = gettext("“%(message)s”: the file’s words are live again.", message=beginning)
    return str(sentence)


def _go_on(desk: MessageDesk) -> ResponseReturnValue:
    """To the next message or, at the end of the queue, back to it; to this one after “Save”."""
    return redirect(desk.address(desk.position.after if request.form.get("do") == "next" else desk.item), 303)


def _page(desk: MessageDesk, wrong: str = "", theirs: Revision | None = None) -> str:
    """The page; `theirs` is what somebody else has saved meanwhile."""
    item, form, findings = desk.item, desk.form, desk.findings(desk.item)
    terms = terms_of_message(desk.edition.all_content.glossary, item.message, desk.locale).values()
    form.seen.data = desk.seen
    form.known.replace(desk.edition.revisions.last_id)
    previous = item.in_file.previous_msgid if item.in_file and "changed" in item.states else None
    mine = words_by_form(form.forms)
    return render(
        "translations/message.html",
        # TRANSLATORS: Title of a browser tab. %(message)s is the beginning of a message in English, %(language)s
        # the name of a language in your language.
        gettext(
            "“%(message)s” into %(language)s",
            message=shortened(item.message.msgid, MAX_TITLE),
            language=language_name(desk.locale),
        ),
        desk=desk,
        item=item,
        language=desk.locale,
        focuses_field=not theirs,
        insertions=insertions_for(item.message, desk.locale, bool(desk.similar)),
        errors=desk.errors(),
        findings=[[finding for finding in findings if finding.form == number] for number in range(len(form.words))],
        limit=length_limit(item.message) or 0,
        wrong=wrong,
        theirs=theirs,
        mine=mine,
        conflict_diffs=word_diffs(theirs.words, mine) if theirs else {},
        source_diff=word_diff(previous, item.message.msgid) if previous else [],
        terms=[each for each in terms if each[1] or each[0].definition],
        page_that_says=desk.page_that_says(),
        file_words=file_words(item),
        position=desk.position,
        **_history(desk),
    )


def _history(desk: MessageDesk) -> dict[str, Any]:
    """What was saved of the message, which of it is live (0: none), and how each is marked."""
    item, topic, revisions = desk.item, desk.topic(desk.item), desk.edition.revisions
    live = item.revision.id if item.revision and "superseded" not in item.states else 0
    return {
        "revisions": history_with_diffs(revisions, topic),
        "live": live,
        "marks": marks(revisions.of(topic), live, now()),
        "newest_id": desk.newest_id(item),
    }
