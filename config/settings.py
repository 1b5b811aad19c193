"""The one frozen Settings, read from the environment and ``abhilekh.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from errors import WrongUsage

TOML = Path("abhilekh.toml")


class Settings(BaseSettings):
    """Everything that can be set; the environment (``ABHILEKH_…``) wins over ``abhilekh.toml``."""

    model_config = SettingsConfigDict(env_prefix="ABHILEKH_", frozen=True, extra="ignore")

    home: Path = Field(Path("abhilekh-home"), description="folder of the embedded installation")
    database_url: str = Field(
        "", description="sqlite:///PATH or postgres://…; default: a file in the home"
    )
    broker_url: str = Field("embedded:", description="embedded:, amqp(s)://… or redis(s)://…")
    store_url: str = Field("", description="file:PATH or s3+http(s)://…; default: in the home")
    store_url_file: Path | None = Field(None, description="file that holds the store URL")
    store_lock: str = Field(
        "",
        pattern="^(|governance|compliance)$",
        description="governance or compliance: lock deposits in the S3 store; empty: no lock",
    )
    store_lock_days: int = Field(
        365, ge=1, le=36_500, description="days that the lock of a deposit holds"
    )
    metrics_address: str = Field(
        "", description="host:port of /metrics, /healthz, /readyz of worker, dispatcher, serve"
    )
    log: str = Field(
        "home",
        pattern="^(home|stderr)$",
        description="home: logs/worker.log in the home; stderr: for containers",
    )
    database_url_file: Path | None = Field(None, description="file that holds the database URL")
    broker_url_file: Path | None = Field(None, description="file that holds the broker URL")
    queue: Literal["bulk", "urgent"] = Field(
        "bulk", description="bulk or urgent: where new batches stand"
    )
    web_hosts: str = Field(
        "localhost,127.0.0.1", description="names under which the pages are reached, by commas"
    )
    web_tls: bool = Field(
        False, description="the pages are reached by https: cookies and browsers keep to it"
    )
    web_idle_minutes: int = Field(
        60, ge=1, description="minutes after which a browser that nobody sits at is signed out"
    )
    web_processes: int = Field(
        0,
        ge=0,
        le=64,
        description="processes that answer; 0: one a processor, up to 8, on PostgreSQL, else one",
    )
    web_link_s: int = Field(
        0,
        ge=0,
        le=3600,
        description="seconds for which a browser gets a link to the S3 store; 0: through the pages",
    )
    oidc_issuer: str = Field(
        "",
        description="address of the office's own sign-in (OpenID Connect); empty: none",
    )
    oidc_client: str = Field("", description="how the office's sign-in knows the pages")
    oidc_secret_file: Path | None = Field(
        None, description="file with the secret that the office's sign-in gave the pages"
    )
    oidc_name: str = Field("SSO", description="what the button of the office's sign-in says")
    oidc_claim: str = Field(
        "preferred_username", description="what of its answer is the name of the account"
    )
    web_secret_file: Path | None = Field(
        None, description="file with the secret that signs sessions; default: made in the home"
    )
    upload_gb: float = Field(
        20, ge=0, le=1000, description="largest batch sent by browser, in GB; 0: none is taken"
    )
    lang: str = Field("en", description="en or hi")
    office: str = Field("main", description="office code of new batches")
    ocr_engine: str = Field(
        "own+tesseract",
        description="tesserocr, pytesseract, own, own+tesseract, or module:function of your own",
    )
    ocr_model: str = Field("Devanagari", description="Tesseract model")
    second_readings: bool = Field(
        True, description="read numbers and unsure words twice, by other models"
    )
    corrections_off: str = Field(
        "", description="names of corrections to leave out, parted by commas"
    )
    tessdata: Path | None = Field(None, description="folder of the models; default: Debian's")
    profile: str = Field("compact", description="compact or faithful page images")
    dpi: float | None = Field(None, gt=0, description="resolution of scans that do not say it")
    threads: int = Field(
        0,
        ge=0,
        le=64,
        description="pages that a worker reads at a time, each in a process; 0: one a processor",
    )
    cover_key_file: Path | None = Field(
        None, description="file with the office's secret for the codes of cover sheets"
    )
    rules: Path | None = Field(
        None, description="folder with departments, number forms and kinds of your own"
    )
    review_identity_numbers: bool = Field(
        False, description="send files with Aadhaar-like numbers to review; they are flagged anyway"
    )
    double_entry: Literal["never", "unsure", "always"] = Field(
        "never", description="never, unsure or always: two people key the file number"
    )
    sketch_days: float = Field(
        7,
        ge=0,
        le=36_500,
        description="days after a batch is done in which its sheets are known again",
    )
    max_tries: int = Field(3, ge=1, le=10, description="tries before a page is set aside")
    page_time_limit_s: float = Field(180, gt=0, description="longest time for one page")
    source_time_limit_s: float = Field(60, gt=0, description="longest time to open one source")
    max_pixels: int = Field(100_000_000, gt=0, description="largest image, in pixels")
    max_frames: int = Field(5_000, gt=0, description="most pages in one PDF or TIFF")
    max_pages: int = Field(200_000, gt=0, description="most pages in one batch")

    @property
    def shown_store(self) -> str:
        """Where the store is, for people: the folder, or the URL without its secret."""
        url = self.resolved_store_url
        return url.removeprefix("file:") if url.startswith("file:") else url.split("@")[-1]

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then ``abhilekh.toml``."""
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, TOML))

    @property
    def resolved_home(self) -> Path:
        """The home as an absolute path."""
        return self.home.expanduser().absolute()

    @property
    def resolved_database_url(self) -> str:
        """The database's URL, from its file if one is named, the home's SQLite file else."""
        if self.database_url_file is not None:
            return _url_in(self.database_url_file)
        return (
            self.database_url or f"sqlite:///{quote(str(self.resolved_home / 'abhilekh.sqlite3'))}"
        )

    @property
    def resolved_store_url(self) -> str:
        """The store's URL, from its file if one is named, the home's folder when none is set."""
        if self.store_url_file is not None:
            return _url_in(self.store_url_file)
        return self.store_url or f"file:{self.resolved_home / 'store'}"

    @property
    def resolved_broker_url(self) -> str:
        """The broker's URL, from its file if one is named."""
        return _url_in(self.broker_url_file) if self.broker_url_file else self.broker_url

    def read_cover_key(self) -> bytes:
        """The office's secret for cover sheets; empty when none is set.

        Raises:
            WrongUsage: its file cannot be read, or it is empty.
        """
        if self.cover_key_file is None:
            return b""
        try:
            key = self.cover_key_file.read_bytes().strip()
        except OSError as fault:
            raise _no_key(self.cover_key_file, fault.strerror or type(fault).__name__) from fault
        if not key:
            raise _no_key(self.cover_key_file, "it is empty")
        return key


def _url_in(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as fault:
        raise WrongUsage(
            "The file {path} with a URL cannot be read: {why}.",
            kept="Nothing was begun.",
            todo="Correct the setting that names it, or give this account the right to read it.",
            path=path,
            why=fault.strerror or type(fault).__name__,
        ) from fault


def _no_key(path: Path, why: str) -> WrongUsage:
    return WrongUsage(
        "The secret for cover sheets in {path} cannot be used: {why}.",
        kept="Nothing was begun.",
        todo="Put the secret into that file, or take ABHILEKH_COVER_KEY_FILE away.",
        path=path,
        why=why,
    )


def read_settings(**given: Any) -> Settings:
    """Settings from arguments, environment and ``abhilekh.toml``.

    Raises:
        WrongUsage: a value cannot be right; says which and why.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        raise WrongUsage(
            "The setting {name} cannot be used: {why}.",
            kept="Nothing was begun.",
            todo="Correct ABHILEKH_{upper} or the line in abhilekh.toml.",
            name=str(first["loc"][0]),
            upper=str(first["loc"][0]).upper(),
            why=first["msg"],
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise WrongUsage(
            "abhilekh.toml cannot be read: {why}.",
            kept="Nothing was begun.",
            todo="Correct that line of abhilekh.toml.",
            why=str(error),
        ) from error


@cache
def described() -> tuple[tuple[str, str, str], ...]:
    """Name, default and meaning of every setting, for docs and ``doctor``."""
    return tuple(
        (f"ABHILEKH_{name.upper()}", str(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    )
