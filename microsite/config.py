"""Settings from the environment (`MICROSITE_*`) and a `.env` file beside `app.py`."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from microsite import secret_key
from microsite.environment import PREFIX, settings_from_environment
from microsite.environment import ROOT as ROOT
from microsite.environment import ConfigurationError as ConfigurationError
from microsite.logs import Format

ONION = re.compile(r"http://[a-z2-7]{56}\.onion")
"""The address of an onion service (Tor's rend-spec-v3, 6): base32 of its key. Tor encrypts, so there is no https."""


def origin(value: str) -> str:
    """The origin (scheme, host and port) of an address that has nothing more. Raises ValueError for any other."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("give scheme and host alone, such as https://privacy.example")
    return f"{parts.scheme}://{parts.netloc.lower()}"


class Settings(BaseModel):
    """The settings of a site. Each field is the variable `MICROSITE_<FIELD>`; CONTRIBUTING.md has the table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    site: Path = Field(ROOT / "site", description="folder with site.toml, articles, promotions, templates")
    translations: Path = Field(ROOT / "translations", description="folder with the message catalogs")
    instance: Path = Field(ROOT / "instance", description="folder for what this machine keeps: database, share images")
    database_url: str = Field("", description="SQLAlchemy address; empty: SQLite in the instance folder")
    base_url: str = Field("http://127.0.0.1:8000", description="scheme and host under which readers reach the site")
    secret_key: str = Field("", description="signs studio sessions; empty: made once and kept in the instance folder")
    page_memory: int = Field(32, ge=0, description="MiB of finished pages that are kept in memory")
    shared_seconds: int = Field(10, ge=0, description="how long a shared cache in front may keep a page; 0: not at all")
    pseudo: bool = Field(False, description="show the pseudo-language /en-XA/, for developers")
    proxies: int = Field(0, ge=0, description="how many reverse proxies in front set X-Forwarded-For")

    backup_days: int = Field(0, ge=0, le=3650, description="days after which the last backup is too old; 0: never")

    onion: str = Field("", description="address of the same site as an onion service, such as http://….onion")

    studio_url: str = Field("", description="scheme and host of the studio, if it is to have a host of its own")

    log: Format = Field("text", description="`json` for a line of JSON for each event, with its time in UTC")

    @field_validator("base_url", "studio_url")
    @classmethod
    def _origin_only(cls, value: str) -> str:
        return value and origin(value)

    @field_validator("studio_url")
    @classmethod
    def _another_host(cls, value: str, info: ValidationInfo) -> str:
        if value and urlsplit(value).hostname == urlsplit(info.data.get("base_url", "")).hostname:
            raise ValueError("name another host than MICROSITE_BASE_URL does, or none")
        return value

    @field_validator("onion")
    @classmethod
    def _onion_only(cls, value: str) -> str:
        if value and not ONION.fullmatch(value.rstrip("/")):
            raise ValueError("give http:// and the name that Tor wrote into `hostname`: 56 small letters, then .onion")
        return value.rstrip("/")

    @field_validator("secret_key")
    @classmethod
    def _hard_to_guess(cls, key: str) -> str:
        if key and (weakness := secret_key.weakness(key)):
            raise ValueError(weakness)
        return key

    @property
    def reader_hosts(self) -> list[str]:
        """The hosts with pages for readers: of the base URL, or all of this machine if it is local; the onion's."""
        host, onion = urlsplit(self.base_url).hostname or "", urlsplit(self.onion).hostname
        local = ["127.0.0.1", "localhost"]
        hosts = [*(local if host in local else [host]), *filter(None, [onion])]
        return [host for host in hosts if host != urlsplit(self.studio_url).hostname]

    @property
    def studio_hosts(self) -> list[str]:
        """The hosts with the studio: never the onion's, for who works here is known anyway."""
        if own := urlsplit(self.studio_url).hostname:
            return [own]
        return [host for host in self.reader_hosts if host != urlsplit(self.onion).hostname]

    @property
    def studio_origin(self) -> str:
        """Scheme and host of the studio, its own or the readers'."""
        return self.studio_url or self.base_url

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the database. `postgres://` and `postgresql://` mean psycopg 3."""
        scheme, separator, rest = self.database_url.partition("://")
        if separator and scheme in ("postgres", "postgresql"):
            return f"postgresql+psycopg://{rest}"
        return self.database_url or f"sqlite:///{self.instance / 'microsite.sqlite'}"

    def load_secret_key(self) -> str:
        """The configured key, or the one in the instance folder, made at the first start. Raises ConfigurationError."""
        return self.secret_key or secret_key.load_or_create(self.instance / "secret_key")


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of the environment and `.env`; makes the instance folder. Raises ConfigurationError."""
    values = settings_from_environment(environ)
    for name in values.keys() - Settings.model_fields.keys():
        (nearest,) = get_close_matches(name, Settings.model_fields, n=1, cutoff=0)
        raise ConfigurationError(f"{PREFIX}{name.upper()}: no such setting. Did you mean {PREFIX}{nearest.upper()}?")
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{PREFIX}{str(first['loc'][0]).upper()}"
        raise ConfigurationError(f"{name}: {first['msg'].removeprefix('Value error, ')}") from None
    try:
        settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        name = f"{PREFIX}INSTANCE"
        raise ConfigurationError(f"{name}: {settings.instance} cannot be made: {error.strerror}.") from None
    return settings
