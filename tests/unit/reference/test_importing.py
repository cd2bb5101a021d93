"""Importing RVTools exports: every line becomes a server or is reported, whatever version and Excel wrote it."""

import csv
import io
import tempfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.errors import ArchitectureError
from reference.importing import ImportResult, import_inventory, write_inventory
from reference.importing.columns import BadCell, gib, number, operating_system
from reference.inventory import Inventory, read_csv

Export = Callable[..., Path]

NEW = ["VM", "Powerstate", "Template", "CPUs", "Memory", "Provisioned MiB", "In Use MiB",
       "OS according to the configuration file", "OS according to the VMware Tools"]  # fmt: skip
OLD = ["vInfoVMName", "vInfoPowerstate", "vInfoTemplate", "vInfoCPUs", "vInfoMemory", "vInfoProvisioned", "vInfoInUse",
       "vInfoOS", "vInfoOSTools"]  # fmt: skip
LINUX, WINDOWS = "Debian GNU/Linux 12 (64-bit)", "Microsoft Windows Server 2019 (64-bit)"


CELLS = ("srv-01", "srv-02", "poweredOn", "True", "False", "4", "8 192", "102.400", LINUX, WINDOWS, "", " ")


def line(
    name: str,
    *,
    power: str = "poweredOn",
    template: str = "False",
    vcpu: str = "4",
    memory: str = "8192",
    disk: str = "102400",
    os: str = LINUX,
) -> list[str]:
    return [name, power, template, vcpu, memory, disk, "1000", os, ""]


@pytest.fixture
def export(tmp_path: Path):
    """Writes an export as CSV and returns its path."""

    def make(*lines: list[str], header: list[str] = NEW, separator: str = ",", encoding: str = "utf-8") -> Path:
        path = tmp_path / "vInfo.csv"
        text = "\r\n".join(separator.join(f'"{c}"' if separator in c else c for c in row) for row in (header, *lines))
        path.write_bytes((text + "\r\n").encode(encoding))
        return path

    return make


def imported(result: ImportResult):
    return [(s.name, s.vcpu, s.ram_gib, s.disk_gib, s.os) for s in result.servers]


def lost(result: ImportResult):
    """Lines that are neither a server nor reported."""
    return result.lines - len(result.servers) - len({p.line for p in result.refused if p.line})


@pytest.mark.parametrize("header", [NEW, OLD, [title.upper() for title in NEW]])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_version_separator_and_encoding_reads_the_same(
    export: Export, tmp_path: Path, header: list[str], separator: str, encoding: str
):
    path = export(line("srv-01", os=WINDOWS), line("srv-02"), header=header, separator=separator, encoding=encoding)
    result = import_inventory(path, "gislaved", tmp_path)
    assert imported(result) == [("srv-01", 4, 8, 100, "windows-server-2019"), ("srv-02", 4, 8, 100, "debian-12")]
    assert result.refused == ()


@pytest.mark.parametrize("sheet", ["vInfo", "tabvInfo"])
@pytest.mark.parametrize("header", [NEW, OLD])
def test_a_workbook_is_read_from_its_sheet_of_machines(tmp_path: Path, sheet: str, header: list[str]):
    book = openpyxl.Workbook()
    book.active.title = "vMetaData"
    page = book.create_sheet(sheet)
    page.append(header)
    page.append(["srv-01", "poweredOn", False, 4, 8192, 102400, 1000, LINUX, ""])
    page.append(["tmpl", "poweredOff", True, 4, 8192, 102400, 1000, LINUX, ""])
    path = tmp_path / "RVTools.xlsx"
    book.save(path)
    result = import_inventory(path, "gislaved", tmp_path)
    assert imported(result) == [("srv-01", 4, 8, 100, "debian-12")]
    assert [(p.line, p.column) for p in result.refused] == [(3, "Template" if header is NEW else "vInfoTemplate")]


def test_bad_cells_are_reported_with_line_and_column_and_nothing_is_lost(export: Export, tmp_path: Path):
    path = export(
        line("good"),
        line("no-cpu", vcpu="", memory="much"),
        line("half-cpu", vcpu="1.5"),
        line("no-disk", disk="0"),
        line("bad name!"),
        line(""),
        line("good"),
        line("GOOD"),
        line("template", template="True"),
        line("huge", vcpu="1024"),
        ["short"],
    )
    result = import_inventory(path, "gislaved", tmp_path)
    assert [s.name for s in result.servers] == ["good"]
    assert lost(result) == 0
    assert [(p.line, p.column) for p in result.refused] == [
        (3, "CPUs"), (3, "Memory"), (4, "CPUs"), (5, "Provisioned MiB"), (6, "VM"), (7, "VM"), (8, "VM"), (9, "VM"),
        (10, "Template"), (11, "CPUs"), (12, "CPUs"), (12, "Memory"), (12, "Provisioned MiB"),
    ]  # fmt: skip
    assert result.refused[1].found == "'much'"
    assert result.refused[1].right == "a number"
    assert "line 2" in result.refused[6].found


def test_a_placeholder_is_no_server(export: Export, tmp_path: Path):
    header = [*NEW, "SRM Placeholder"]
    result = import_inventory(
        export([*line("real"), "False"], [*line("copy"), "True"], header=header), "gnosjo", tmp_path
    )
    assert [s.name for s in result.servers] == ["real"]
    assert [(p.line, p.column) for p in result.refused] == [(3, "SRM Placeholder")]


@given(st.lists(st.lists(st.sampled_from(CELLS) | st.text(max_size=8), min_size=1, max_size=11), max_size=12))
def test_whatever_the_cells_are_no_line_is_lost(lines: list[list[str]]):
    """A line is one server, or reported as refused; lines with no text at all are not lines of machines."""
    out = io.StringIO()
    csv.writer(out).writerows([NEW, *lines])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vInfo.csv"
        path.write_bytes(out.getvalue().encode("utf-8", "replace"))
        result = import_inventory(path, "gislaved", Path(folder))
    assert result.lines == sum(1 for cells in lines if any(cell.strip() for cell in cells))
    assert lost(result) == 0


def test_a_machine_that_is_off_is_imported_and_reported(export: Export, tmp_path: Path):
    result = import_inventory(export(line("off", power="poweredOff")), "gislaved", tmp_path)
    assert [s.name for s in result.servers] == ["off"]
    assert any(p.column == "Powerstate" and p.imported and "poweredOff" in p.found for p in result.problems)


def test_what_rvtools_does_not_know_is_reported_as_to_be_classified(export: Export, tmp_path: Path):
    result = import_inventory(export(line("new")), "gislaved", tmp_path)
    (problem,) = result.problems
    assert problem.line == 2
    assert "to be classified" in problem.right


def test_line_numbers_count_lines_not_records(export: Export, tmp_path: Path):
    path = export(line("one"), line("bad", vcpu="x"))
    path.write_bytes(path.read_bytes().replace(b"one,", b'"one",').replace(LINUX.encode(), b'"Debian\n12"', 1))
    assert [p.line for p in import_inventory(path, "gislaved", tmp_path).refused] == [4]


def test_numbers_and_classes_are_kept_and_new_servers_get_the_next_free(export: Export, tmp_path: Path):
    first = import_inventory(export(line("alfa"), line("beta"), line("gamma")), "gislaved", tmp_path)
    classified = [s.model_copy(update={"tier": "data", "wave": "wave-2", "krt": "3/3/3"}) for s in first.servers]
    write_inventory(classified, "gislaved", tmp_path)
    again = import_inventory(export(line("delta"), line("GAMMA", vcpu="8"), line("alfa")), "gislaved", tmp_path)
    assert {s.name: (s.number, s.tier, s.wave, s.krt, s.vcpu) for s in again.servers} == {
        "alfa": (1, "data", "wave-2", "3/3/3", 4),
        "beta": (2, "data", "wave-2", "3/3/3", 4),
        "GAMMA": (3, "data", "wave-2", "3/3/3", 8),
        "delta": (4, "app", "wave-4", "2/2/2", 4),
    }


def test_a_server_that_the_export_lacks_keeps_its_row_and_is_reported(export: Export, tmp_path: Path):
    """It may have moved already; and its number must not go to another."""
    first = import_inventory(export(line("alfa"), line("beta")), "gislaved", tmp_path)
    write_inventory(first.servers, "gislaved", tmp_path)
    again = import_inventory(export(line("alfa"), line("gamma")), "gislaved", tmp_path)
    assert [(s.name, s.number) for s in again.servers] == [("alfa", 1), ("beta", 2), ("gamma", 3)]
    assert [p.line for p in again.problems if "'beta'" in p.found and "kept" in p.right] == [0]


def test_a_server_whose_line_can_not_be_read_this_time_keeps_its_row(export: Export, tmp_path: Path):
    first = import_inventory(export(line("alfa"), line("beta")), "gislaved", tmp_path)
    write_inventory(first.servers, "gislaved", tmp_path)
    again = import_inventory(export(line("alfa"), line("beta", vcpu="x")), "gislaved", tmp_path)
    assert again.servers == first.servers
    assert [(p.line, p.column) for p in again.refused] == [(3, "CPUs")]


def test_an_import_takes_the_place_of_the_sample_of_that_municipality_alone(export: Export, tmp_path: Path):
    for name in ("gislaved", "gnosjo"):
        write_inventory([], name, tmp_path)
    (tmp_path / "inventory.yaml").write_text(
        "sample: [gislaved, gnosjo]\nnote: Exempel från Gnosjö\n", encoding="utf-8"
    )
    result = import_inventory(export(line("real")), "gislaved", tmp_path)
    write_inventory(result.servers, "gislaved", tmp_path)
    inventory = Inventory.load(["gislaved", "gnosjo"], tmp_path)
    assert inventory.samples == ("gnosjo",)
    assert inventory.note == "Exempel från Gnosjö"
    assert not Inventory.load(["gislaved"], tmp_path).sample


def test_what_was_written_is_read_back_the_same(export: Export, tmp_path: Path):
    result = import_inventory(export(line("alfa"), line("beta", os=WINDOWS)), "gislaved", tmp_path)
    path = write_inventory(result.servers, "gislaved", tmp_path)
    assert read_csv(path) == result.servers


def test_a_failed_write_leaves_the_old_file_and_no_other(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    result = import_inventory(export(line("alfa")), "gislaved", tmp_path)
    path = write_inventory(result.servers, "gislaved", tmp_path)
    before, files = path.read_bytes(), sorted(tmp_path.iterdir())
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(ArchitectureError, match=r"gislaved.csv: can't be written \(No space left on device\)"):
        write_inventory([], "gislaved", tmp_path)
    assert path.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == files


def test_a_file_that_is_no_export_is_refused_in_a_sentence(tmp_path: Path):
    book = openpyxl.Workbook()
    stream = io.BytesIO()
    book.save(stream)
    for data, told in (
        (b"", "is empty"),
        (b"a,b\n1,2\n", "the columns VM, CPUs, Memory, Provisioned MiB are missing"),
        (b"PK\x03\x04 broken", "is no XLSX workbook"),
        (stream.getvalue(), "found the sheets Sheet; right is vInfo"),
    ):
        path = tmp_path / "file"
        path.write_bytes(data)
        with pytest.raises(ArchitectureError) as refused:
            import_inventory(path, "gislaved", tmp_path)
        assert told in str(refused.value)
    with pytest.raises(ArchitectureError, match="can't be read"):
        import_inventory(tmp_path / "nowhere.csv", "gislaved", tmp_path)


def test_an_unknown_municipality_is_refused(export: Export, tmp_path: Path):
    with pytest.raises(ArchitectureError, match=r"found 'gnosjö'; right is one of gislaved, gnosjo, varnamo, vaggeryd"):
        import_inventory(export(line("a")), "gnosjö", tmp_path)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1234", 1234), ("1 234", 1234), ("1\u00a0234,5", 1234.5), ("1\u202f234", 1234), ("1.234", 1234), ("1,234", 1234),
     ("1.234.567", 1234567), ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("12,5", 12.5), ("8192.0", 8192)],
)  # fmt: skip
def test_numbers_of_swedish_and_english_excel(text: str, value: float):
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "many", "1-2", "-4", "1,2,3", "1e5", "٣"])
def test_what_is_no_number_is_refused(text: str):
    with pytest.raises(BadCell):
        number(text)


def test_mib_are_rounded_up_to_gib():
    assert [gib(text) for text in ("512", "1024", "1025", "102400")] == [1, 1, 2, 100]


@pytest.mark.parametrize(
    ("vmware", "ours"),
    [("Microsoft Windows Server 2022 (64-bit)", "windows-server-2022"), ("Ubuntu Linux (64-bit)", "ubuntu"),
     ("Microsoft Windows Server 2012 R2 (64-bit)", "windows-server-2012-r2"),
     ("Red Hat Enterprise Linux 9 (64-bit)", "rhel-9"), ("Debian GNU/Linux 12 (64-bit)", "debian-12"),
     ("Other 5.x Linux (64-bit)", "other-5.x-linux"), ("", "unknown")],
)  # fmt: skip
def test_operating_systems_get_our_names(vmware: str, ours: str):
    assert operating_system(vmware) == ours
