"""Looks at the folders of a collection, and finds out what has changed since it was read."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from chatbot_cli.readers.document import is_there_now
from chatbot_cli.readers.walking import FoundFile, Walk, Wanted
from chatbot_cli.retrieval.collection import Collection, FileRecord, Root, State
from chatbot_cli.retrieval.cutting.cut import VERSION
from chatbot_cli.retrieval.update import Candidate, Plan, Progress, Rules

EVERY = 500  # files between two words on how many were found


def look(collection: Collection, rules: Rules, progress: Progress, never: Sequence[Path] = ()) -> Plan:
    """Compare what is there with what is known; nothing is read but folders. `never` are folders of ours."""
    return _Look(collection, rules, progress, never).plan()


class _Look:
    def __init__(self, collection: Collection, rules: Rules, progress: Progress, never: Sequence[Path]) -> None:
        self._name, self._rules, self._progress, self._never = collection.name, rules, progress, never
        self._roots, self._known, self._kept_out = collection.roots(), collection.files(), collection.kept_out()
        self._found: set[str] = set()
        self._candidates: list[Candidate] = []
        self._same: list[FileRecord] = []
        self._renamed: list[FileRecord] = []
        self._problems: list[FileRecord] = []
        self._unsure: list[str] = []  # folders of which nobody knows what is in them
        self._missing: list[str] = []
        self._notes: list[str] = []
        self._ignored = self._hidden = self._special = 0

    def plan(self) -> Plan:
        if not self._roots:
            self._notes.append(f"It has no folder: chat docs add FOLDER --name {self._name} gives it one.")
        labels = labels_of(self._roots)
        for root in sorted(self._roots, key=lambda one: os.path.isdir(one.path)):  # what was named by itself first
            self._walk(root, labels[root.path])
        not_found = [file for path, file in self._known.items() if path not in self._found]
        gone = [file for file in not_found if not self._is_unsure(file.path)]
        return Plan(
            tuple(self._candidates),
            tuple(self._same),
            tuple(self._renamed),
            tuple(gone),
            tuple(file for file in not_found if not os.path.lexists(file.path)),
            tuple(self._problems),
            tuple(self._missing),
            self._ignored,
            self._hidden,
            self._special,
            tuple(self._notes),
        )

    def _walk(self, root: Root, label: str) -> None:
        wanted = Wanted(root.include, root.exclude, root.heeds_ignore, root.hidden)
        walk = Walk(root.path, wanted, self._never)
        prefix = f"{self._name}/{label}/" if label else f"{self._name}/"
        for found in walk.files():
            if self._is_kept_out(found.path):
                walk.ignored += 1
            elif found.path not in self._found:
                self._found.add(found.path)
                self._judge(found, prefix + found.below, is_named=found.path == root.path)
                if len(self._found) % EVERY == 0:
                    self._progress.looking(len(self._found))
        self._ignored += walk.ignored
        self._hidden += walk.hidden
        self._special += walk.special
        for path, reason in walk.problems:
            self._cannot_look_at(root, path, reason, prefix)
        if walk.is_empty and not self._rules.prune and any(is_below(path, root.path) for path in self._known):
            self._unsure.append(root.path)
            self._notes.append(f"{root.path} is empty. Is its disk there? Its documents are kept; --prune drops them.")

    def _judge(self, found: FoundFile, name: str, *, is_named: bool) -> None:
        known = self._known.get(found.path)
        if known is None or self._is_to_be_read(known, found, is_named=is_named):
            self._candidates.append(Candidate(found, name, known, is_named))
            return
        self._same.append(known)
        if known.name != name:
            self._renamed.append(replace(known, name=name))

    def _is_to_be_read(self, known: FileRecord, found: FoundFile, *, is_named: bool) -> bool:
        if (known.size, known.modified) != (found.size, found.modified) or known.racy or known.cut_by != VERSION:
            return True
        if known.state is State.READ:
            return False
        if is_named and known.state is State.SKIPPED:  # perhaps before it was named
            return True
        if known.state is State.FAILED and (not known.digest or is_there_now(known.reason)):
            return True  # not even its bytes were read, or by a library that is there by now
        return self._rules.retry

    def _cannot_look_at(self, root: Root, path: str, reason: str, prefix: str) -> None:
        if path != root.path:
            self._unsure.append(path)
            self._found.add(path)
            name = prefix + os.path.relpath(path, root.path)
            self._problems.append(FileRecord(path, name, 0, 0, "", State.FAILED, reason, cut_by=VERSION))
            return
        self._missing.append(path)
        if self._rules.prune:
            return
        self._unsure.append(path)
        if any(is_below(known, path) for known in self._known):
            self._notes.append(f"{path}: {reason}. Its documents are kept; --prune drops them.")
        else:
            self._notes.append(f"{path}: {reason}.")

    def _is_unsure(self, path: str) -> bool:
        return any(is_below(path, folder) for folder in self._unsure)

    def _is_kept_out(self, path: str) -> bool:
        return bool(self._kept_out) and any(is_below(path, kept) for kept in self._kept_out)


def is_below(path: str, root: str) -> bool:
    """Whether a path is a root, or in the folder that it is."""
    return path == root or path.startswith(root if root.endswith(os.sep) else root + os.sep)


def labels_of(roots: Sequence[Root]) -> Mapping[str, str]:
    """What the names of a root's files begin with, after the collection's: nothing for the first that is there."""
    there = [root.path for root in roots if os.path.lexists(root.path)]
    first = next((path for path in there if os.path.isdir(path)), "")
    others = {path for path in there if path != first and os.path.isdir(path)}
    return {root.path: os.path.basename(root.path) if root.path in others else "" for root in roots}
