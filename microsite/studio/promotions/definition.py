"""The page on which a promotion is made, duplicated, changed, ended and resumed: everything about it but its words."""

from datetime import timedelta
from functools import partial
from itertools import count

from flask import abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from microsite import addresses
from microsite.clock import holds
from microsite.content.fields import slugify
from microsite.editions.edition import Edition
from microsite.language.locales import Locale
from microsite.promotions.counts import UNKNOWN
from microsite.promotions.definition import WrongDefinition, definition_topic, read_values, values_of
from microsite.promotions.state import is_live
from microsite.runtime import current_edition, current_runtime
from microsite.storage.revisions import DEFINITION, Action
from microsite.storage.saving import Conflict, Draft, save
from microsite.storage.tables import PromotionCount, Revision
from microsite.studio import audit
from microsite.studio.access import Role, current_account, needs
from microsite.studio.blueprint import current_store, newest_edition, now, studio
from microsite.studio.fields import ConfirmForm
from microsite.studio.layout import go_to, render
from microsite.studio.promotions.definition_changes import FieldChange, changes, history
from microsite.studio.promotions.definition_form import (
    MAX_NAME,
    DefinitionForm,
    Values,
    has_ended,
    moment_of,
)
from microsite.studio.promotions.status import statuses_of

MAX_KEY = 60
"""Characters of the key of a promotion that is made here: it stands in addresses and figures."""
SENT_TWICE = timedelta(minutes=1)
"""Within which the same form, sent again by the same account, is the same promotion."""


@studio.route("/promotions/new_promotion/", methods=["GET", "POST"])  # the underscore: no key has one
@needs(Role.MARKETING)
def new_promotion() -> ResponseReturnValue:
    """With `copy` in the query, the fields begin as those of that promotion."""
    newest_edition()
    form = DefinitionForm("", _copied(request.args.get("copy", "")))
    # TRANSLATORS: Title of a page, and a link to it: makes another advertisement.
    title, key = gettext("New promotion"), _made_already(form)
    if not key:
        if not _is_to_save(form):
            return _page(title, form), 422 if form.errors else 200
        key = _free_key(form.values["name"])
        if refused := _save(title, form, key, "promotion-made"):
            return refused
    return go_to("studio.edit", key=key, copy=request.args.get("copy"))


def _made_already(form: DefinitionForm) -> str | None:
    """The key of the promotion that this form has made a moment ago: it was sent twice."""
    if not form.is_submitted() or request.form.get("do") != "save":
        return None
    sent = DEFINITION, current_account().email, form.values
    for topic, revision in current_edition().revisions.in_force(now()).items():
        if (topic.kind, revision.author, revision.words) == sent and holds(revision.saved, SENT_TWICE, now()):
            return topic.subject
    return None


def _copied(key: str) -> Values:
    """What a duplicate of a promotion begins with: everything but its name and its time; nothing for an unknown one."""
    values = _values(key)
    if not values:
        return {}
    # TRANSLATORS: The name of a duplicate, to be changed. %(promotion)s is the name of another advertisement.
    name = gettext("Copy of %(promotion)s", promotion=values.get("name") or key)
    return {**values, "name": name[:MAX_NAME], "from": "", "until": ""}


@studio.route("/promotions/<key>/definition/", methods=["GET", "POST"])
@needs(Role.MARKETING)
def definition(key: str) -> ResponseReturnValue:
    newest_edition()
    values = _values(key) or abort(404)
    form = DefinitionForm(key, values, current_edition().revisions.of(definition_topic(key)).newest_id)
    title = values.get("name") or key
    if not _is_to_save(form):
        return _page(title, form), 422 if form.errors else 200
    return _save(title, form, key) or go_to("studio.definition", key=key)


@studio.post("/promotions/<key>/end/")
@needs(Role.MARKETING)
def end_promotion(key: str) -> ResponseReturnValue:
    """End it now: readers see it no more, its words and figures stay."""
    moment = now().replace(microsecond=0)
    values = _values(key) or abort(404)
    start = moment_of(values, "from")
    begun = values.get("from", "") if start and start < moment else ""
    ended = {**values, "from": begun, "until": str(moment)}
    return _confirmed(key, ended, "promotion-ended", gettext("The promotion has ended. Its words and figures stay."))


@studio.post("/promotions/<key>/resume/")
@needs(Role.MARKETING)
def resume_promotion(key: str) -> ResponseReturnValue:
    """Let one that has ended run again, without an end."""
    resumed = {**(_values(key) or abort(404)), "until": ""}
    return _confirmed(key, resumed, "promotion-resumed", gettext("The promotion runs again."))


@studio.post("/promotions/<key>/file/")
@needs(Role.MARKETING)
def return_to_file(key: str) -> ResponseReturnValue:
    """Let the file, which is the default, hold again, now and whenever it changes."""
    file = current_edition().files.promotions.get(key) or abort(404)
    sentence = gettext("The promotion is again as its file says.")
    return _confirmed(key, values_of(file), "", sentence, Action.CATALOG)


def _confirmed(
    key: str, values: Values, event: str, sentence: str, action: Action = Action.WORDS
) -> ResponseReturnValue:
    """Save what a button asks for, if the box beside it is ticked; back to the page, with what has become of it."""
    newest_id = newest_edition().revisions.of(definition_topic(key)).newest_id
    back = partial(go_to, "studio.definition", key=key)
    if not ConfirmForm().validate_on_submit():
        return back(alert=gettext("Nothing has been changed: tick the box beside the button first."))
    try:
        save_definition(key, values, newest_id, event=event, action=action)
    except (Conflict, WrongDefinition) as error:
        return back(alert=_reason(error))
    return back(sentence)


def _reason(error: Conflict | WrongDefinition) -> str:
    if isinstance(error, Conflict):
        return str(
            gettext("Somebody else saved in the meantime: look at what there is now first. Nothing has been changed.")
        )
    # TRANSLATORS: %(reason)s is a sentence in English, about a field of a file.
    return str(gettext("This could not be saved: %(reason)s", reason=str(error)))


def _is_to_save(form: DefinitionForm) -> bool:
    """Whether the form was sent to be saved, and everything in it is right; only shown, it is checked as well."""
    return form.validate_on_submit() and request.form.get("do") == "save"


def _save(title: str, form: DefinitionForm, key: str, event: str = "") -> ResponseReturnValue | None:
    """Save the form, or answer why that was not possible; what was typed stays."""
    try:
        based_on = form.based_on.data if form.key else 0
        save_definition(key, form.values, based_on, form.note.data, event)
    except Conflict as conflict:
        newest_edition()
        form.based_on.replace(conflict.theirs.id if conflict.theirs else 0)
        return _page(title, form, _reason(conflict), conflict.theirs), 409
    except WrongDefinition as error:
        return _page(title, form, _reason(error)), 422
    if not event:
        is_seen = is_seen_by_readers(newest_edition(), key)
        seen, unseen = gettext("Saved. Readers see it so from now on."), gettext("Saved. No reader sees it at present.")
        flash(seen if is_seen else unseen)
    return None


def is_seen_by_readers(edition: Edition, key: str) -> bool:
    """Whether it stands on any page, in any language."""
    promotion = edition.promotions.get(key)
    return promotion is not None and any(
        is_live(edition, promotion, locale) for locale in edition.content.site.locales.values()
    )


def save_definition(
    key: str, values: Values, based_on: int, note: str = "", event: str = "", action: Action = Action.WORDS
) -> Revision:
    """Save what a promotion is, with every change in the audit. Raises Conflict, WrongDefinition, SQLAlchemyError."""
    values = values_of(read_values(key, values))
    former, name = _values(key), audit.promotion_name(key, values["name"])

    def record(session: Session) -> None:
        if event:
            audit.record(session, event, f"{name}: {values['target']}, {values['placements']}")
        for field, value in values.items():
            if event != "promotion-made" and former.get(field, "") != value:
                audit.record(session, "promotion-changed", f"{name}, {field}: {former.get(field, '')} → {value}")

    draft = Draft(action, values if action == Action.WORDS else {}, note=note)
    saved = save(current_store(), definition_topic(key), draft, based_on, current_account().email, now(), record)
    current_runtime().editions.poll_revisions()
    return saved


def _values(key: str) -> dict[str, str]:
    """What a promotion is now, even where that may be shown no more; empty where there is no such promotion."""
    edition = current_edition()
    revision = edition.revisions.of(definition_topic(key)).in_force(now())
    if revision and revision.action == Action.WORDS:
        return dict(revision.words)
    file = edition.files.promotions.get(key)
    return values_of(file) if file else {}


def left_out() -> list[str]:
    """The keys of the studio's promotions that are shown nowhere: what they say is no longer allowed."""
    edition = current_edition()
    defined = [topic.subject for topic in edition.revisions.by_topic if topic.kind == DEFINITION]
    return sorted(key for key in defined if key not in edition.promotions)


def _free_key(name: str) -> str:
    """A key that nothing has been counted or saved under, and no file has, made of the name that people use."""
    base = slugify(name)[:MAX_KEY].strip("-")
    folder, edition = current_runtime().settings.site / "promotions", current_edition()
    counted = select(PromotionCount.promotion).where(PromotionCount.promotion.startswith(base)).distinct()
    with current_store().read() as session:
        taken = {UNKNOWN, *session.scalars(counted), *edition.files.promotions}
    taken |= {topic.subject for topic in edition.revisions.by_topic}
    keys = (base if number == 1 else f"{base}-{number}" for number in count(1))
    return next(key for key in keys if key not in taken and not (folder / f"{key}.toml").exists())


def _page(title: str, form: DefinitionForm, wrong: str = "", theirs: Revision | None = None) -> str:
    """The page of a promotion, or of one that is still to be made."""
    edition, key = current_edition(), form.key
    known = edition.promotions.get(key)
    return render(
        "promotions/definition.html",
        title,
        form=form,
        key=key,
        wrong=wrong or (gettext("Something needs fixing. Nothing has been saved.") if form.errors else ""),
        theirs=theirs,
        their_changes=changes(form, form.values, theirs.words) if theirs else [],
        final_addresses=_final_addresses(form),
        states=statuses_of(known) if known else [],
        has_ended=has_ended(form.former),
        is_seen=is_seen_by_readers(edition, key),
        file_changes=_file_changes(form),
        history=history(form) if key else [],
        hosts=edition.content.site.promotion_hosts,
    )


def _file_changes(form: DefinitionForm) -> list[FieldChange]:
    """What would change if the file held again; nothing where it holds, or where there is none."""
    file = current_edition().files.promotions.get(form.key)
    return changes(form, form.former, values_of(file)) if file else []


def _final_addresses(form: DefinitionForm) -> list[tuple[Locale, str]]:
    """Where a click leads, with campaign values, in each language; none where the fields have to be mended first."""
    site = current_edition().content.site
    try:
        promotion = read_values(form.key or slugify(form.name.data or ""), form.values)
    except WrongDefinition:
        return []
    if form.errors or promotion.host not in site.promotion_hosts:
        return []
    return [(locale, addresses.target(promotion, site.name, locale)) for locale in site.locales.values()]
