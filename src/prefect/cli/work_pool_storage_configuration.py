"""`prefect work-pool storage configure`: the bucket where a pool keeps the code and the results of its runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from cyclopts import App, Parameter

from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.inert import inert
from prefect.cli.operations import anything_recorded, found, perform
from prefect.cli.options import ARGUMENTS, OPTIONS
from prefect.cli.questions import answered, somebody_is_there
from prefect.cli.slots_of_pools import pool_missing
from prefect.exceptions import ObjectNotFound

if TYPE_CHECKING:
    from uuid import UUID

app = App(
    name="configure",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Example:
  prefect work-pool storage configure s3 my-pool --bucket my-bucket --aws-credentials-block-name prod""",
)


class _Place(NamedTuple):
    """A place that keeps files, and how the packages and the blocks for it call things."""

    title: str
    package: str
    module: str
    bucket: str
    credentials_type: str
    credentials_input: str
    block_type: str
    block_bucket: str
    block_credentials: str
    block_folder: str | None


_S3 = _Place(
    "S3", "prefect-aws", "prefect_aws", "bucket", "aws-credentials", "aws_credentials_block_name",
    "s3-bucket", "bucket_name", "credentials", "bucket_folder",
)  # fmt: skip
_GCS = _Place(
    "GCS", "prefect-gcp", "prefect_gcp", "bucket", "gcp-credentials", "gcp_credentials_block_name",
    "gcs-bucket", "bucket", "gcp_credentials", "bucket_folder",
)  # fmt: skip
_AZURE = _Place(
    "Azure Blob Storage", "prefect-azure", "prefect_azure", "container", "azure-blob-storage-credentials",
    "azure_blob_storage_credentials_block_name",
    "azure-blob-storage-container", "container_name", "credentials", None,
)  # fmt: skip

PoolName = Annotated[str, Parameter(help="The pool's name.")]
Bucket = Annotated[str | None, Parameter(help="The bucket.")]
Words = Annotated[
    list[str] | None,
    Parameter(negative=(), allow_leading_hyphen=True, help="An argument of that program; may be repeated."),
]


@Parameter(name="*")
@dataclass(frozen=True)
class Launchers:
    """The programs that code is uploaded and run with."""

    launcher: Annotated[
        str | None, Parameter(help="A program that code is uploaded and run with, in place of `uv run`.")
    ] = None
    launcher_arg: Words = None
    upload_launcher: Annotated[str | None, Parameter(help="A program that code is uploaded with.")] = None
    upload_launcher_arg: Words = None
    execution_launcher: Annotated[str | None, Parameter(help="A program that code is run with.")] = None
    execution_launcher_arg: Words = None

    def commands(self) -> tuple[list[str], list[str]]:
        """Return the commands that code is uploaded and run with; empty where none is given.

        Raises:
            CommandFailed: There are arguments of a program that is not named.
        """
        both = self.launcher, self.launcher_arg
        upload = self.upload_launcher, self.upload_launcher_arg
        execution = self.execution_launcher, self.execution_launcher_arg
        for name, (program, words) in (("", both), ("upload-", upload), ("execution-", execution)):
            if words and not program:
                raise CommandFailed(f"--{name}launcher-arg requires --{name}launcher.", exit_code=WRONG_USAGE)

        def command(own: tuple[str | None, Sequence[str] | None]) -> list[str]:
            program, words = own if own[0] else both
            return [program, *(words or ())] if program else []

        return command(upload), command(execution)


_NONE = Launchers()


@app.command(help_epilogue="Example:\n  prefect work-pool storage configure s3 my-pool --bucket my-bucket")
def s3(
    work_pool_name: PoolName,
    *,
    bucket: Bucket = None,
    credentials_block_name: Annotated[
        str | None,
        Parameter(name="--aws-credentials-block-name", help="A saved block of type aws-credentials."),
    ] = None,
    launchers: Launchers = _NONE,
) -> None:
    """Keep the code and the results of a pool's runs in Amazon S3."""
    _configure(_S3, work_pool_name, bucket, credentials_block_name, launchers)


@app.command(help_epilogue="Example:\n  prefect work-pool storage configure gcs my-pool --bucket my-bucket")
def gcs(
    work_pool_name: PoolName,
    *,
    bucket: Bucket = None,
    credentials_block_name: Annotated[
        str | None,
        Parameter(name="--gcp-credentials-block-name", help="A saved block of type gcp-credentials."),
    ] = None,
    launchers: Launchers = _NONE,
) -> None:
    """Keep the code and the results of a pool's runs in Google Cloud Storage."""
    _configure(_GCS, work_pool_name, bucket, credentials_block_name, launchers)


@app.command(
    help_epilogue="Example:\n  prefect work-pool storage configure azure-blob-storage my-pool --container my-container"
)
def azure_blob_storage(
    work_pool_name: PoolName,
    *,
    container: Annotated[str | None, Parameter(help="The container.")] = None,
    credentials_block_name: Annotated[
        str | None,
        Parameter(
            name="--azure-blob-storage-credentials-block-name",
            help="A saved block of type azure-blob-storage-credentials.",
        ),
    ] = None,
    launchers: Launchers = _NONE,
) -> None:
    """Keep the code and the results of a pool's runs in Azure Blob Storage."""
    _configure(_AZURE, work_pool_name, container, credentials_block_name, launchers)


def _configure(
    place: _Place,
    pool_name: str,
    bucket: str | None,
    credentials: str | None,
    launchers: Launchers,
) -> None:
    from prefect.schemas.work_pools import WorkPoolStorageConfiguration, WorkPoolUpdate  # loads pydantic
    from prefect.store.work_pools import read_work_pool, update_work_pool

    found(pool_missing(pool_name), read_work_pool, pool_name)
    if bucket is None and somebody_is_there():
        bucket = answered(f"Name of the {place.bucket}")
        credentials = (
            credentials
            or answered(f"Name of a block of type {place.credentials_type}, if one is needed")
            or None
        )
    if not bucket:
        raise CommandFailed(f"Name the {place.bucket} with --{place.bucket}.", exit_code=WRONG_USAGE)
    given: dict[str, Any] = {place.bucket: bucket}
    credentials_id: UUID | None = None
    if credentials is not None:
        credentials_id = _credentials_id(place, credentials)
        given[place.credentials_input] = credentials

    def step(verb: str, launcher: list[str]) -> dict[str, Any]:
        how = {"launcher": launcher} if launcher else {"requires": place.package}
        return {f"{place.module}.experimental.bundles.{verb}": {**given, **how}}

    upload, execution = launchers.commands()
    configuration = WorkPoolStorageConfiguration(
        bundle_upload_step=step("upload", upload),
        bundle_execution_step=step("execute", execution),
        default_result_storage_block_id=_result_storage(place, pool_name, bucket, credentials_id),
    )
    perform(update_work_pool, pool_name, WorkPoolUpdate(storage_configuration=configuration))
    print(
        f"Runs of work pool {inert(pool_name)!r} keep their code and results in {place.title}: {inert(bucket)}."
    )


def _credentials_id(place: _Place, name: str) -> UUID:
    from prefect.store.block_documents import read_block_document_by_name

    try:
        if anything_recorded():
            return perform(read_block_document_by_name, place.credentials_type, name).id
    except ObjectNotFound:
        pass  # told below, as when there are no blocks at all
    raise CommandFailed(
        f"There is no block {name!r} of type {place.credentials_type}. "
        f"Save one: prefect block create {place.credentials_type}; "
        "or leave the option out, to use what the machine has."
    )


def _result_storage(place: _Place, pool_name: str, bucket: str, credentials_id: UUID | None) -> UUID:
    """Save the block that keeps the pool's results, and return its id."""
    from prefect.schemas.blocks import BlockDocumentCreate, BlockDocumentUpdate
    from prefect.store.block_documents import (
        create_block_document,
        read_block_document_by_name,
        update_block_document,
    )
    from prefect.store.block_schemas import read_block_schemas
    from prefect.store.block_types import read_block_type_by_slug

    name = f"default-{pool_name}-result-storage"
    data: dict[str, Any] = {place.block_bucket: bucket}
    if place.block_folder is not None:
        data[place.block_folder] = "results"
    data[place.block_credentials] = (
        {"$ref": {"block_document_id": str(credentials_id)}} if credentials_id is not None else {}
    )
    try:
        present = perform(read_block_document_by_name, place.block_type, name)
    except ObjectNotFound:
        pass  # it is made below
    else:
        perform(update_block_document, present.id, BlockDocumentUpdate(data=data))
        return present.id
    try:
        block_type = perform(read_block_type_by_slug, place.block_type)
    except ObjectNotFound as error:
        raise CommandFailed(
            f"Blocks of type {place.block_type} are not known here. Install {place.package}, and then: "
            f"prefect block register -m {place.module}"
        ) from error
    from prefect.schemas.block_filters import BlockSchemaFilter, BlockSchemaFilterBlockTypeId

    schemas = perform(
        read_block_schemas,
        block_schemas=BlockSchemaFilter(block_type_id=BlockSchemaFilterBlockTypeId(any_=[block_type.id])),
        limit=1,
    )
    if not schemas:
        raise CommandFailed(
            f"Blocks of type {place.block_type} have no schema here: prefect block register -m {place.module}"
        )
    made = BlockDocumentCreate(
        name=name, data=data, block_type_id=block_type.id, block_schema_id=schemas[0].id
    )
    return perform(create_block_document, made).id
