"""One call to an AWS service that speaks JSON.

It is a signed request, because boto3 alone takes longer to import than a whole cold start may.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from mocshelf.runtime.resources import resources

TIMEOUT = 2.0  # seconds, for connecting and for each answer


def call(service: str, url: str, target: str, fields: object, *, protocol: str) -> tuple[int, dict[str, Any]]:
    """(status, answer) of the action `target` with these fields; `protocol` is the JSON version, `1.0` or `1.1`.

    `url` says where the service is in the cloud; the stage's own endpoint goes before it. OSError or ValueError
    when there is no answer that can be read.
    """
    import http.client

    from mocshelf.runtime.tls import http_connection
    from upload.signing import sign_request

    payload = json.dumps(fields).encode()
    address = urlsplit(resources.stage.endpoint or url)
    signed = sign_request(
        "POST",
        f"{address.scheme}://{address.netloc}/",
        {"Content-Type": f"application/x-amz-json-{protocol}", "X-Amz-Target": target},
        payload,
        service=service,
        region=resources.stage.region,
        credentials=resources.credentials(),
        now=datetime.now(UTC),
    )
    connection = http_connection(address.scheme, address.netloc, TIMEOUT)
    try:
        connection.request("POST", "/", payload, signed)
        reply = connection.getresponse()
        answer = json.loads(reply.read() or b"{}")
        if not isinstance(answer, dict):
            raise ValueError("The answer is no JSON object.")
        return reply.status, answer
    except http.client.HTTPException as problem:
        raise OSError(str(problem)) from None
    finally:
        connection.close()
