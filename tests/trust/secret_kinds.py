"""Which secrets are there? Values of every kind, made anew in each run: no scanner trips over this repository."""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable
from dataclasses import dataclass

LETTERS, DIGITS = string.ascii_letters, string.digits
WORDS, HEX, UPPER = LETTERS + DIGITS, "0123456789abcdef", string.ascii_uppercase + DIGITS


@dataclass(frozen=True)
class Secret:
    """One secret, the text that it stands in, and what of it must not be seen anywhere."""

    kind: str
    value: str
    text: str


def luhn(body: str) -> str:
    """The number with the check digit that a card has."""
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in body[-1::-2])
    return body + str(-(doubled + sum(map(int, body[-2::-2]))) % 10)


def _made(chance: random.Random, alphabet: str, length: int) -> str:
    """Text of the alphabet, with a letter of each case and a digit where it has them."""
    text = [chance.choice(alphabet) for _ in range(length)]
    for place, some in zip(
        chance.sample(range(length), 3), (string.ascii_lowercase, string.ascii_uppercase, DIGITS), strict=True
    ):
        text[place] = chance.choice([c for c in some if c in alphabet] or alphabet)
    return "".join(text)


def _block(name: str, body: str) -> str:
    return f"-----BEGIN {name}-----\n{body}\n-----END {name}-----"


def _jwt(of: Callable[[str, int], str]) -> str:
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": of(DIGITS, 10), "name": of(LETTERS, 8)})
    head = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return ".".join((*head, of(WORDS + "-_", 43)))


def secrets(seed: int) -> list[Secret]:
    """One of every kind."""
    chance = random.Random(seed)

    def of(alphabet: str, length: int) -> str:
        return _made(chance, alphabet, length)

    found: list[Secret] = []

    def add(kind: str, value: str, text: str = "{}") -> None:
        found.append(Secret(kind, value, text.replace("{}", value)))

    base64ish, slug = WORDS + "+/", WORDS + "-_"
    for kind, prefix in (("AWS key id", "AKIA"), ("AWS temporary key id", "ASIA")):
        add(kind, prefix + of(UPPER, 16), "credentials {} were refused")
    add("AWS secret key in a variable", of(base64ish, 40), "AWS_SECRET_ACCESS_KEY={}")
    add("AWS secret key in YAML", of(base64ish, 40), "aws_secret_access_key: {}")
    add("AWS secret key in JSON", of(base64ish, 40), '{"SecretAccessKey": "{}"}')
    add("AWS secret key alone", of(base64ish, 40), "signed with {} at noon")
    add("AWS session token", "IQoJb3JpZ2lu" + of(base64ish, 300), "got {} from STS")
    add("AWS session token of old", "FwoGZXIvYXdz" + of(base64ish, 300), "AWS_SESSION_TOKEN: {}")
    add("presigned URL", of(HEX, 64), "GET https://b.s3.amazonaws.com/k?X-Amz-Expires=60&X-Amz-Signature={}")
    add("presigned token", of(WORDS, 80), "GET https://b.s3.amazonaws.com/k?X-Amz-Security-Token={}&X-Amz-Expires=60")
    add("JWT", _jwt(of), "token {} has expired")
    add("bearer header", of(slug, 40), "Authorization: Bearer {}")
    add("bearer in prose", of(slug, 40), "sent bearer {} to the bank")
    add("basic header", base64.b64encode(f"shop:{of(WORDS, 12)}".encode()).decode(), "authorization: Basic {}")
    add("proxy header", of(WORDS, 24), "Proxy-Authorization: Digest {}")
    add("header in JSON", of(slug, 40), '{"headers": {"Authorization": "Token {}"}}')
    add("API key header", of(WORDS, 32), "x-api-key: {}")
    add("cookie", of(WORDS, 32), "Cookie: theme=dark; session={}; lang=ja")
    add("set-cookie", of(WORDS, 32), "Set-Cookie: sid={}; Path=/; HttpOnly")
    add("password in a URL", of(WORDS, 14), "GET https://admin:{}@inside.example/health")
    add("token in a URL", of(WORDS, 36), "git clone https://{}@git.example/shop.git")
    add("password in a DSN", of(WORDS, 14), "connecting to postgres://shop:{}@orders.example:5432/shop")
    add("password with @ in a DSN", of(WORDS, 9) + "@" + of(WORDS, 5), "mysql://shop:{}@orders.example/shop")
    add("password of Redis", of(WORDS, 14), "redis://:{}@cache.example:6379/0")
    add("password of MongoDB", of(WORDS, 14), "mongodb+srv://shop:{}@c0.example.net/?retryWrites=true")
    add("password of RabbitMQ", of(WORDS, 14), "amqp://shop:{}@mq.example:5671/")
    add("password of libpq", of(WORDS, 14), "host=orders user=shop password={} dbname=shop")
    add("quoted password of libpq", of(WORDS, 8) + " " + of(WORDS, 6), "host=orders password = '{}' user=shop")
    add("password of JDBC", of(WORDS, 14), "jdbc:postgresql://orders/shop?user=shop&password={}&ssl=true")
    add("password of ODBC", of(WORDS, 14), "Server=orders;Uid=shop;Pwd={};Encrypt=yes")
    add("password in JSON", of(WORDS, 14), '{"user": "shop", "password": "{}"}')
    add("password in JSON in JSON", of(WORDS, 14), r'{"body": "{\"user\": \"shop\", \"password\": \"{}\"}"}')
    add("password with a quote in JSON", of(WORDS, 6) + r"\"" + of(WORDS, 6), '{"password": "{}"}')
    add("password in a dict", of(WORDS, 14), "{'user': 'shop', 'Password': '{}'}")
    add("password of a variable", of(WORDS, 14), "DB_PASSWORD={}")
    add("password of a command", of(WORDS, 14), "psql --host orders --password {} shop")
    add("token of a command", of(WORDS, 24), "deploy --auth-token={} --now")
    add("password in SQL", of(WORDS, 14), "ALTER USER shop WITH PASSWORD '{}'")
    add("password in MySQL", of(WORDS, 14), "CREATE USER 'shop'@'%' IDENTIFIED BY '{}'")
    add("private key, RSA", of(base64ish, 64), _block("RSA PRIVATE KEY", "{}"))
    add("private key, EC", of(base64ish, 64), _block("EC PRIVATE KEY", "{}"))
    add("private key, PKCS 8", of(base64ish, 64), _block("PRIVATE KEY", "{}"))
    add("private key, OpenSSH", of(base64ish, 64), _block("OPENSSH PRIVATE KEY", "{}"))
    add("private key, PGP", of(base64ish, 64), _block("PGP PRIVATE KEY BLOCK", "{}"))
    add("private key on one line", of(base64ish, 64), r'"-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----"')
    add("private key, cut off", of(base64ish, 64), "-----BEGIN PRIVATE KEY-----\n{}")
    for name, body in (
        ("Visa", "4" + of(DIGITS, 14)),
        ("Mastercard", "53" + of(DIGITS, 13)),
        ("JCB", "35" + of(DIGITS, 13)),
    ):
        add(f"card, {name}", luhn(body), "card {} was refused")
    amex, visa = luhn("37" + of(DIGITS, 12)), luhn("4" + of(DIGITS, 14))
    add("card, American Express", f"{amex[:4]}-{amex[4:10]}-{amex[10:]}", "card {} was refused")
    add("card with spaces", " ".join(visa[n : n + 4] for n in (0, 4, 8, 12)), "pan={}")
    add("Slack bot", f"xoxb-{of(DIGITS, 12)}-{of(DIGITS, 12)}-{of(WORDS, 24)}")
    add("Slack app", f"xapp-1-A{of(UPPER, 10)}-{of(DIGITS, 12)}-{of(HEX, 64)}")
    add(
        "Slack webhook", f"T{of(UPPER, 8)}/B{of(UPPER, 10)}/{of(WORDS, 24)}", "POST https://hooks.slack.com/services/{}"
    )
    add("Discord webhook", of(slug, 68), f"https://discord.com/api/webhooks/{of(DIGITS, 18)}/{{}}")
    add("Discord bot", f"M{of(WORDS, 23)}.{of(WORDS, 6)}.{of(WORDS, 27)}")
    add("Telegram bot", f"{of(DIGITS, 9)}:{of(slug, 35)}", "https://api.telegram.org/bot{}/getMe")
    add("GitHub", "ghp_" + of(WORDS, 36))
    add("GitHub app", "ghs_" + of(WORDS, 36))
    add("GitHub, fine-grained", f"github_pat_{of(WORDS, 22)}_{of(WORDS, 59)}")
    add("GitLab", "glpat-" + of(slug, 20))
    add("GitLab runner", "glrt-" + of(slug, 20))
    add("Stripe", "sk_live_" + of(WORDS, 24))
    add("Stripe, restricted", "rk_live_" + of(WORDS, 24))
    add("Stripe webhook", "whsec_" + of(WORDS, 32))
    add("Square", "sq0csp-" + of(slug, 43))
    add("Shopify", "shpat_" + of(HEX, 32))
    add("Google API", "AIza" + of(slug, 35))
    add("Google access", "ya29." + of(slug, 60))
    add("Google client", "GOCSPX-" + of(slug, 28))
    add("Azure storage", of(base64ish, 86) + "==", "AccountName=shop;AccountKey={};EndpointSuffix=core.windows.net")
    add("Azure SAS", of(WORDS, 43) + "%3D", "https://shop.blob.core.windows.net/c?sv=2024-11-04&sig={}&se=2026")
    add("Azure service bus", of(base64ish, 43) + "=", "SharedAccessKeyName=root;SharedAccessKey={}")
    add("OAuth client", of(slug, 40), "grant_type=client_credentials&client_secret={}")
    add("OAuth refresh", of(slug, 40), '{"refresh_token": "{}"}')
    add("npm", "npm_" + of(WORDS, 36), "//registry.npmjs.org/:_authToken={}")
    add("PyPI", "pypi-AgEIcHlwaS5vcmc" + of(slug, 80))
    add("OpenAI", f"sk-{of(WORDS, 20)}T3BlbkFJ{of(WORDS, 20)}")
    add("OpenAI project", "sk-proj-" + of(slug, 60))
    add("Twilio", "SK" + of(HEX, 32), "twilio {}")
    add("SendGrid", f"SG.{of(slug, 22)}.{of(slug, 43)}")
    add("Mailchimp", f"{of(HEX, 32)}-us12", "mailchimp {}")
    add("Mailgun", "key-" + of(HEX, 32), "mailgun {}")
    add("Vault", "hvs." + of(slug, 90))
    add("DigitalOcean", "dop_v1_" + of(HEX, 64))
    add("New Relic", "NRAK-" + of(UPPER, 27))
    add("Datadog", of(HEX, 32), "DD_API_KEY={}")
    add("Databricks", "dapi" + of(HEX, 32))
    add("Docker registry", of(WORDS, 40), '{"auths": {"r.example": {"auth": "{}"}}}')
    add("session id", of(HEX, 32), "session_id={}")
    return found
