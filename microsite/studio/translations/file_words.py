"""What the catalog file says beside what the studio says of the same message."""

from typing import NamedTuple

from microsite.language.studio_translations import words_by_form
from microsite.storage.revisions import Action
from microsite.studio.translations.queue_items import MessageItem
from microsite.studio.word_diff import DiffSegment, word_diffs


class FileWords(NamedTuple):
    """Words by the number of the plural form."""

    file: dict[str, str]
    studio: dict[str, str]
    is_file_newer: bool
    """Whether the file has said something new since the studio's words were saved: then readers see the file's."""

    @property
    def diffs(self) -> dict[str, list[DiffSegment]]:
        """What the newer words change in the older ones."""
        return word_diffs(self.studio, self.file) if self.is_file_newer else word_diffs(self.file, self.studio)


def file_words(item: MessageItem) -> FileWords | None:
    """None where only one of the two says anything, or both say the same."""
    revision, in_file = item.revision, item.in_file
    if not revision or revision.action != Action.WORDS or not in_file or not any(in_file.forms):
        return None
    file = words_by_form(in_file.forms)
    return FileWords(file, revision.words, "superseded" in item.states) if file != revision.words else None
