"""Unpacking the files of a bundle where its run is executed."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path, PurePosixPath

from prefect.logging.loggers import get_logger

__all__ = ["ZipExtractor"]


class ZipExtractor:
    """Unpacks an archive of files; nothing of it lands outside of the folder.

    Args:
        zip_path: The archive.
    """

    def __init__(self, zip_path: Path | str) -> None:
        self.zip_path = Path(zip_path)

    def extract(self, target_dir: Path | None = None) -> list[Path]:
        """Unpack it and return the files. Files that are there are replaced, which is logged.

        Args:
            target_dir: The folder; by default the current one.

        Raises:
            FileNotFoundError: There is no such archive.
            ValueError: A file in it would land outside of the folder, or it is a link.
        """
        folder = (target_dir or Path.cwd()).resolve()
        files: list[Path] = []
        with zipfile.ZipFile(self.zip_path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            for entry in entries:
                self._check(entry, folder)
            for entry in entries:
                file = folder / entry.filename
                if file.exists():
                    get_logger("bundles").warning("%s is there already, and is replaced.", file)
                file.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as packed, file.open("wb") as unpacked:
                    shutil.copyfileobj(packed, unpacked)
                mode = (entry.external_attr >> 16) & 0o777
                if mode:
                    file.chmod(mode)
                files.append(file)
        return files

    def cleanup(self) -> None:
        """Remove the archive."""
        self.zip_path.unlink(missing_ok=True)

    @staticmethod
    def _check(entry: zipfile.ZipInfo, folder: Path) -> None:
        name = PurePosixPath(entry.filename)
        is_link = (entry.external_attr >> 28) == 0o12
        lands = (folder / name).resolve()
        if is_link or name.is_absolute() or ".." in name.parts or not lands.is_relative_to(folder):
            raise ValueError(f"The archive holds {entry.filename!r}, which would land outside of {folder}.")
