"""The steps of an enrolment: who acts in each, what each captures, what each brings to be done again."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from station.biometrics.samples import IRISES, LEFT_FOUR, RIGHT_FOUR, THUMBS, Position
from station.config import Lasting, Positive, Settings


class Step(StrEnum):
    """Names as in config.toml, the journal and the package."""

    IDENTITY = "identity"
    DOCUMENTS = "documents"
    CONFIRM = "confirm"
    PHOTO = "photo"
    PHOTO_APPROVAL = "photo_approval"
    SIGNATURE = "signature"
    RIGHT_FOUR = "right_four"
    LEFT_FOUR = "left_four"
    THUMBS = "thumbs"
    IRISES = "irises"
    VERIFY_INDEXES = "verify_indexes"
    APPROVE = "approve"
    SIGN_OFF = "sign_off"


OPERATOR_STEPS: Final = (Step.IDENTITY, Step.DOCUMENTS, Step.SIGN_OFF)
"""Done at the console; all others at the touchscreen."""

CAPTURES: Final[dict[Step, tuple[Position, ...]]] = {
    Step.PHOTO: (Position.FACE,),
    Step.SIGNATURE: (Position.SIGNATURE,),
    Step.RIGHT_FOUR: RIGHT_FOUR,
    Step.LEFT_FOUR: LEFT_FOUR,
    Step.THUMBS: THUMBS,
    Step.IRISES: IRISES,
    Step.VERIFY_INDEXES: (Position.RIGHT_INDEX, Position.LEFT_INDEX),
    Step.APPROVE: (Position.SIGNATURE,),
}
"""Steps that capture, and the positions that each asks for."""

SLAP_OF: Final[dict[Step, Position]] = {
    Step.RIGHT_FOUR: Position.RIGHT_FOUR,
    Step.LEFT_FOUR: Position.LEFT_FOUR,
    Step.THUMBS: Position.THUMBS,
}

EXCEPTABLE: Final = frozenset((*RIGHT_FOUR, *LEFT_FOUR, *THUMBS, *IRISES))
"""Positions that can be missing from a person."""

EXCEPTION_REASONS: Final = ("amputated", "bandaged", "damaged", "other")

STANDS_ON: Final[dict[Step, tuple[Step, ...]]] = {
    Step.CONFIRM: (Step.DOCUMENTS,),
    Step.PHOTO_APPROVAL: (Step.PHOTO,),
    Step.VERIFY_INDEXES: (Step.RIGHT_FOUR, Step.LEFT_FOUR),
    Step.APPROVE: tuple(step for step in Step if step not in (Step.APPROVE, Step.SIGN_OFF)),
    Step.SIGN_OFF: tuple(step for step in Step if step is not Step.SIGN_OFF),
}
"""A step is to be done again when one that it stands on is."""


_DOCUMENT: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
"""What a document may be called: its picture has the name in the package."""


class EnrolmentSettings(Settings, frozen=True, kw_only=True):
    """[enrolment] of config.toml."""

    steps: Annotated[tuple[Step, ...], msgspec.Meta(min_length=1)] = tuple(Step)
    documents: tuple[str, ...] = ("birth-certificate", "family-card", "parental-consent")
    attempts_before_accept: Positive = 3
    capture_seconds: Lasting = 10.0
    photo_patience_seconds: float = 20.0

    def __post_init__(self) -> None:
        twice = [name for names in (self.steps, self.documents) for name in names if names.count(name) > 1]
        if twice:
            raise ValueError(f"{'steps' if twice[0] in self.steps else 'documents'}: {twice[0]} stands there twice")
        if self.steps[-1:] != (Step.SIGN_OFF,):
            raise ValueError("steps: sign_off must be the last, since the operator answers for all of them")
        for place, step in enumerate(self.steps):
            for before in STANDS_ON.get(step, ()):
                if before in self.steps[place:]:
                    raise ValueError(f"steps: {step} stands before {before}, on which it stands; exchange them")
        if Step.PHOTO_APPROVAL in self.steps and Step.PHOTO not in self.steps:
            raise ValueError("steps: there is a photo_approval but no photo")
        for document in self.documents:
            if not _DOCUMENT.fullmatch(document):
                raise ValueError(
                    f"documents: {document!r} names no file; use small letters, digits, - and _, at most 40 of them"
                )
