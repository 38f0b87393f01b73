"""Signing a user in where the app client takes no plain password: Cognito's variant of SRP (RFC 5054)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from mocshelf_tools.cloud.failures import explained
from mocshelf_tools.cloud.place import Place, client
from mocshelf_tools.problems import CannotContinue

# The group of 3,072 bits of RFC 3526.
_N = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
_G = 2
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class User:
    """Somebody who can sign in."""

    email: str
    password: str


def sign_in(place: Place, pool: str, app: str, user: User) -> str:
    """An access token of the user's. CannotContinue with what Cognito has against it."""
    cognito = client(place, "cognito-idp")
    secret = secrets.randbelow(_N - 2) + 1
    with explained(place):
        challenge = cognito.initiate_auth(
            AuthFlow="USER_SRP_AUTH",
            ClientId=app,
            AuthParameters={"USERNAME": user.email, "SRP_A": f"{pow(_G, secret, _N):x}"},
        )
        if challenge.get("ChallengeName") != "PASSWORD_VERIFIER":
            raise CannotContinue(f"{user.email} must do more to sign in than give a password.")
        signed = cognito.respond_to_auth_challenge(
            ClientId=app,
            ChallengeName="PASSWORD_VERIFIER",
            ChallengeResponses=answer(
                pool, challenge["ChallengeParameters"], user.password, secret, datetime.now(UTC)
            ),
        )
    if "AuthenticationResult" not in signed:
        raise CannotContinue(f"{user.email} must do more to sign in than give a password.")
    return str(signed["AuthenticationResult"]["AccessToken"])


def answer(pool: str, asked: Mapping[str, str], password: str, secret: int, now: datetime) -> dict[str, str]:
    """The answer to the challenge; `secret` is the exponent that the sign-in began with."""
    name, user = pool.partition("_")[2], asked["USER_ID_FOR_SRP"]
    theirs, salt = int(asked["SRP_B"], 16), int(asked["SALT"], 16)
    if theirs % _N == 0:
        raise CannotContinue("Cognito's answer to the sign-in is not valid.")
    mixed = _number(_padded(pow(_G, secret, _N)), _padded(theirs))
    private = _number(_padded(salt), hashlib.sha256(f"{name}{user}:{password}".encode()).digest())
    multiplier = _number(_padded(_N), _padded(_G))
    shared = pow(theirs - multiplier * pow(_G, private, _N), secret + mixed * private, _N)
    key = _hmac(_hmac(_padded(mixed), _padded(shared)), b"Caldera Derived Key\x01")[:16]
    # Names of days and months are English there, whatever language this machine speaks.
    time = f"{_DAYS[now.weekday()]} {_MONTHS[now.month - 1]} {now.day} {now:%H:%M:%S} UTC {now.year}"
    message = name.encode() + user.encode() + base64.b64decode(asked["SECRET_BLOCK"]) + time.encode()
    return {
        "USERNAME": user,
        "TIMESTAMP": time,
        "PASSWORD_CLAIM_SECRET_BLOCK": asked["SECRET_BLOCK"],
        "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(_hmac(key, message)).decode(),
    }


def _padded(number: int) -> bytes:
    """As few bytes as hold it with a sign bit, which is clear."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _number(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()
