"""The line that an installation is at, as it is shown while it runs."""

from aurora.drivers.images.image_builder import last_line


def test_the_last_whole_line_is_shown_without_secrets() -> None:
    said = [
        b"Resolved 85 pack",
        b"ages in 1.2s\nDownloading torch from https://u:hunter22@ix.example/",
        b"simple\nPrep",
    ]
    assert last_line(said, ("hunter22",)) == "Downloading torch from https://…@ix.example/simple"
    assert last_line([b"not ended"], ()) == ""
    assert last_line([b"bar 10%\rbar 20%\rbar"], ()) == "bar 20%"


def test_a_line_whose_beginning_is_gone_is_not_shown() -> None:
    assert last_line([*[b"x"] * 20, b"unter22 end\n"], ("hunter22",)) == ""
    assert last_line([*[b"x"] * 20, b"unter22 end\nInstalled 3 packages\n"], ("hunter22",)) == "Installed 3 packages"
