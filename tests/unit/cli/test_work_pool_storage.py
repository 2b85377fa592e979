"""`prefect work-pool storage`: where a pool keeps the code and the results of its runs."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from prefect.blocks.core import Block
from prefect.cli.operations import perform
from prefect.schemas.work_pools import WorkPoolCreate
from prefect.store.block_documents import read_block_document_by_name
from prefect.store.work_pools import create_work_pool, read_work_pool
from tests.unit.cli.commands import Captured, done, refused


class AwsCredentials(Block):
    """Stands for the block of prefect-aws."""

    _block_type_slug: ClassVar[str | None] = "aws-credentials"

    key: str = ""


class S3Bucket(Block):
    """Stands for the block of prefect-aws."""

    _block_type_slug: ClassVar[str | None] = "s3-bucket"

    bucket_name: str
    bucket_folder: str = ""
    credentials: AwsCredentials = AwsCredentials()


@pytest.fixture(autouse=True)
def _pool() -> None:
    perform(create_work_pool, WorkPoolCreate(name="pp", type="process"))


def configure(capture: Captured, *arguments: str) -> Any:
    """Configure storage in S3 and return what the pool has."""
    done("work-pool", capture, "storage", "configure", "s3", "pp", *arguments)
    return perform(read_work_pool, "pp").storage_configuration.model_dump(mode="json")


def test_storage_is_configured_with_blocks_that_are_saved(capfdbinary: Captured) -> None:
    """The pool gets the steps that upload and run code, and a block that keeps results; doing it again changes both."""
    S3Bucket.register_type_and_schema()
    AwsCredentials().save("creds")
    kept = configure(capfdbinary, "--bucket", "bu", "--aws-credentials-block-name", "creds")
    inputs = {"bucket": "bu", "aws_credentials_block_name": "creds", "requires": "prefect-aws"}
    assert kept["bundle_upload_step"] == {"prefect_aws.experimental.bundles.upload": inputs}
    assert kept["bundle_execution_step"] == {"prefect_aws.experimental.bundles.execute": inputs}
    block = perform(read_block_document_by_name, "s3-bucket", "default-pp-result-storage")
    assert str(block.id) == kept["default_result_storage_block_id"]
    assert (block.data["bucket_name"], block.data["bucket_folder"]) == ("bu", "results")

    launchers = (
        "--launcher",
        "uv",
        "--launcher-arg",
        "run",
        "--launcher-arg=--with",
        "--upload-launcher",
        "up",
    )
    again = configure(capfdbinary, "--bucket", "other", *launchers)
    assert again["bundle_upload_step"] == {
        "prefect_aws.experimental.bundles.upload": {"bucket": "other", "launcher": ["up"]}
    }
    assert again["bundle_execution_step"] == {
        "prefect_aws.experimental.bundles.execute": {"bucket": "other", "launcher": ["uv", "run", "--with"]}
    }
    assert again["default_result_storage_block_id"] == str(block.id)
    assert "prefect_aws" in done("work-pool", capfdbinary, "storage", "inspect", "pp")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("s3", "nope", "--bucket", "b"), "nope"),
        (("s3", "pp"), "--bucket"),
        (("azure-blob-storage", "pp"), "--container"),
        (("s3", "pp", "--bucket", "b", "--launcher-arg", "x"), "--launcher-arg requires --launcher"),
        (("gcs", "pp", "--bucket", "b", "--gcp-credentials-block-name", "x"), "no block 'x' of type gcp-credentials"),
        (("gcs", "pp", "--bucket", "b"), "Install prefect-gcp"),
    ],
)  # fmt: skip
def test_what_is_missing_is_told(capfdbinary: Captured, arguments: tuple[str, ...], told: str) -> None:
    """A pool, a bucket, a block or a package that is missing is named, with what to do."""
    assert told in refused("work-pool", capfdbinary, "storage", "configure", *arguments)[1]
    assert perform(read_work_pool, "pp").storage_configuration.bundle_upload_step is None
