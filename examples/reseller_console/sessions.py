"""Who is signed in, told by a signed text: in a cookie for people, as a bearer for programs."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import time

import attrs

SECONDS = 8 * 3600


@attrs.frozen
class Session:
    """A user's name, a number of its own that forms are bound to, and when it ends."""

    user: str
    nonce: str
    ends: float


@attrs.frozen
class Sessions:
    """
    Signs sessions with a secret; another secret, or time, ends all of them.

    Those that were signed out of are kept until they would have ended, in this process: several
    processes that share the secret need a place they share for these too.
    """

    secret: bytes = attrs.field(repr=False)
    _ended: dict[str, float] = attrs.field(factory=dict, repr=False)

    def begin(self, user: str) -> str:
        content = json.dumps([user, secrets.token_urlsafe(16), int(time.time()) + SECONDS])
        body = (
            base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")
        )  # no quotes in cookies
        return f"{body}.{self._signed('session', body)}"

    def read(self, text: str) -> Session | None:
        """The session that was signed so, while it lasts."""
        body, _, signature = text.partition(".")
        if not text.isascii() or not hmac.compare_digest(self._signed("session", body), signature):
            return None
        session = Session(*json.loads(base64.urlsafe_b64decode(body + "==")))
        over = session.ends <= time.time() or session.nonce in self._ended
        return None if over else session

    def end(self, session: Session) -> None:
        """It is good no longer, also where somebody has a copy of it."""
        for nonce in [nonce for nonce, ends in self._ended.items() if ends <= time.time()]:
            self._ended.pop(nonce, None)
        self._ended[session.nonce] = session.ends

    def form_token(self, session: Session) -> str:
        """What a form of this session carries and a page of another site cannot know."""
        return self._signed("form", session.nonce)

    def is_of_a_form(self, session: Session, token: str) -> bool:
        return token.isascii() and hmac.compare_digest(self.form_token(session), token)

    def _signed(self, purpose: str, content: str) -> str:
        return hmac.new(self.secret, f"{purpose}:{content}".encode(), "sha256").hexdigest()
