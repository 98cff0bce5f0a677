"""Are files for EC2/On-premises judged line by line?"""

from __future__ import annotations

import pytest

from diagnosis.appspec import validate

VALID = r"""version: 0.0
os: linux
files:
  - source: /
    destination: /srv/shop
  - source: etc/shop.conf
    destination: /etc
file_exists_behavior: OVERWRITE
permissions:
  - object: /srv/shop
    pattern: "*.sh"
    except: [keep.sh]
    owner: shop
    group: shop
    mode: 755
    acls:
      - u:anna:rw
      - m::rw
    context:
      type: httpd_sys_content_t
      range: s0
    type:
      - file
hooks:
  ApplicationStop:
    - location: scripts/stop.sh
  BeforeInstall:
    - location: scripts/prepare.sh
      timeout: 120
      runas: root
  AfterInstall:
  - location: scripts/a.sh
    timeout: 1800
  - location: scripts/b.sh
    timeout: 1800
"""

WINDOWS = r"""version: 0.0
os: windows
files:
  - source: \
    destination: c:\shop
hooks:
  AfterInstall:
    - location: \scripts\setup.ps1
"""


def found(text: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.severity) for problem in validate(text)]


@pytest.mark.parametrize("text", [VALID, WINDOWS])
def test_a_valid_file_has_no_problem(text: str) -> None:
    assert validate(text) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("version: 0.0", "version: 1.0", 1, "'1.0' as 'version', expected 0.0"),
        ("version: 0.0", "version: '0.0'", 1, "in quotation marks, expected the number 0.0"),
        ("version: 0.0", "Version: 0.0", 1, "unknown key 'Version' in the AppSpec file, expected 'version'"),
        ("version: 0.0\n", "", 1, "no 'version'"),
        ("os: linux", "os: Linux", 2, "'Linux' as 'os', expected linux or windows"),
        ("os: linux", "os: darwin", 2, "expected linux or windows"),
        ("os: linux\n", "", 1, "no 'os'"),
        ("files:", "file:", 3, "unknown key 'file' in the AppSpec file, expected 'files'"),
        ("files:", "resource:", 3, "unknown key 'resource' in the AppSpec file"),
        ("    destination: /etc", "    destination: etc", 7, "relative destination 'etc'"),
        ("    destination: /etc\n", "", 6, "no 'destination' in an entry of 'files'"),
        ("    destination: /etc", "    dest: /etc", 7, "unknown key 'dest'"),
        ("    destination: /etc", "    destination: [/etc]", 7, "a list as 'destination', expected a text"),
        ("  - source: etc/shop.conf", '  - source: ""', 6, "an empty 'source'"),
        ("  - source: etc/shop.conf\n    destination: /etc", "  - /etc", 6, "expected a mapping with source"),
        ("    destination: /etc", "    destination: /etc\n    mode: 1", 8, "unknown key 'mode'"),
        ("    destination: /etc", "    destination: /etc\n    os: linux", 8, "expected 'os' at the top of the file"),
        ("OVERWRITE", "overwrite", 8, "expected DISALLOW, OVERWRITE or RETAIN"),
        ("OVERWRITE", "[RETAIN]", 8, "a list as 'file_exists_behavior'"),
        ("  - object: /srv/shop\n", "  - objekt: /srv/shop\n", 10, "expected 'object'"),
        ("mode: 755", "mode: 0755", 15, "YAML reads as the number 493, expected 755 or '0755'"),
        ("mode: 755", "mode: 798", 15, "expected one to four octal digits"),
        ("mode: 755", "mode: 10755", 15, "expected one to four octal digits"),
        ("mode: 755", "mode: u+x", 15, "expected one to four octal digits"),
        ("      - u:anna:rw", "      - u::rw", 17, "unnamed entry 'u::rw'"),
        ("    type:\n      - file", "    type: file", 22, "expected a list of file and directory"),
        ("      - file", "      - files", 23, "expected file or directory"),
        ("      type: httpd_sys_content_t\n", "", 20, "no 'type' in 'context'"),
        ("    except: [keep.sh]", "    except: keep.sh", 12, "expected a list of file names"),
        ("  BeforeInstall:", "  beforeInstall:", 27, "in the wrong case, expected 'BeforeInstall'"),
        ("  BeforeInstall:", "  BeforInstall:", 27, "expected 'BeforeInstall'"),
        ("  BeforeInstall:", "  Install:", 27, "CodeDeploy reserves for itself"),
        ("  BeforeInstall:", "  DownloadBundle:", 27, "CodeDeploy reserves for itself"),
        ("  BeforeInstall:", "  AfterAllowTestTraffic:", 27, "belongs to Amazon ECS"),
        ("      timeout: 120", "      timeout: 0", 29, "a timeout of 0 s"),
        ("      timeout: 120", "      timeout: -1", 29, "expected a number of seconds"),
        ("      timeout: 120", "      timeout: 2m", 29, "expected a number of seconds"),
        ("      timeout: 120", "      timeout: [120]", 29, "a list as 'timeout'"),
        ("      timeout: 120", "      timeout: 3601", 27, "at most 3600 s for one event"),
        ("1800\n  - location: scripts/b.sh", "1801\n  - location: scripts/b.sh", 31, "3601 s together"),
        ("      runas: root", "      runas: {user: root}", 30, "a mapping as 'runas'"),
        ("      runas: root", "      run_as: root", 30, "unknown key 'run_as' in a script, expected 'runas'"),
        ("    - location: scripts/stop.sh", "    - scripts/stop.sh", 26, "expected a mapping with location"),
        ("    - location: scripts/stop.sh", "    - location:", 26, "no 'location' in a script"),
        ("    - location: scripts/stop.sh", "    location: scripts/stop.sh", 26, "a mapping as 'ApplicationStop'"),
        ("\n    - location: scripts/stop.sh", "", 25, "no script for ApplicationStop"),
    ],
)  # fmt: skip
def test_one_mistake_is_one_problem_at_its_line(old: str, new: str, line: int, words: str) -> None:
    assert old in VALID
    problems = validate(VALID.replace(old, new, 1))
    assert [problem.line for problem in problems if problem.severity == "error"] == [line]
    assert words in problems[0].message


def test_columns_are_counted_from_one() -> None:
    (problem,) = validate(VALID.replace("os: linux", "os: mac"))
    assert (problem.line, problem.column) == (2, 5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (WINDOWS + "permissions:\n  - object: c:\\shop\n", [(9, "error")]),
        (WINDOWS.replace("setup.ps1", "setup.ps1\n      runas: admin"), [(9, "warning")]),
        (WINDOWS.replace(r"c:\shop", r"shop\bin"), [(5, "error")]),
        (VALID.replace("timeout: 120", "timeout: '120'"), [(29, "warning")]),
        (VALID.replace("    destination: /etc", "    destination: /etc\n    overwrite: true"), [(8, "warning")]),
        ("version: 0\nos: linux\nhooks:\n  AfterInstall:\n    - location: a.sh\n", [(1, "warning")]),
        ("version: 0.0\nos: linux\n", [(1, "warning")]),
        ("version: 0.0\nos: linux\nfiles:\nhooks:\n", [(1, "warning")]),
        ("version: 0.0\nos: linux\nfiles: /\n", [(3, "error")]),
        ("version: 0.0\nos: linux\nhooks: [a]\n", [(3, "error")]),
    ],
)
def test_platform_rules_and_severities(text: str, expected: list[tuple[int, str]]) -> None:
    assert found(text) == expected


def test_the_same_file_twice_names_the_first() -> None:
    text = VALID.replace(
        "file_exists_behavior", "  - source: ./etc/shop.conf\n    destination: /etc\nfile_exists_behavior"
    )
    (problem,) = validate(text)
    assert (problem.line, problem.found) == (8, "the same source and destination as in line 6")


def test_problems_come_in_the_order_of_their_lines() -> None:
    problems = validate("os: mac\nversion: 2\nfile: x\nhooks:\n  Install:\n    - location:\n")
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)
    assert len(problems) == 5
