"""The house stands as it was drawn: arrows between rooms, migrations, locks, documents."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
SECTIONS = {"blog", "wiki", "events"}
# Stands beside the sections: they do not know of it, nor it of them.
ACCOUNTS = "competencyworks.accounts"
ROOF = {"competencyworks.website", "competencyworks.newsletter"}


def room_of(module: str) -> str | None:
    """The room that a dotted module name lies in; None outside of this project."""
    parts = module.split(".")
    if parts[0] in SECTIONS:
        return parts[0]
    if parts[0] == "competencyworks":
        return ".".join(parts[:2]) if len(parts) > 1 else "competencyworks"
    return None


def forbidden(importer: str, imported: str) -> bool:
    """Whether the arrow from one room to another runs the wrong way."""
    if importer == imported:
        return False
    if importer == "competencyworks.core":
        # Settings are read through django.conf; nothing above core may be named in it.
        return True
    if importer in SECTIONS or importer == ACCOUNTS:
        return imported != "competencyworks.core"
    if importer in ROOF:
        return imported in ("competencyworks.settings", "competencyworks.urls")
    return False


def imports_in(source: str, package: str) -> list[str]:
    """Every module that the source names in an import, inside functions too."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base]).rstrip(".")
            found.append(base)
            found += [f"{base}.{alias.name}" for alias in node.names]
        elif (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) == "import_module"
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            found.append(node.args[0].value)
    return found


def wrong_arrows(source: str, module: str, package: str) -> list[str]:
    importer = room_of(module)
    return [
        f"{module} imports {name}"
        for name in imports_in(source, package)
        if (room := room_of(name)) and importer and forbidden(importer, room)
    ]


def project_files() -> list[Path]:
    rooms = [ROOT / "competencyworks", *(ROOT / name for name in sorted(SECTIONS))]
    return [path for room in rooms for path in sorted(room.rglob("*.py"))]


def test_imports_run_one_way():
    wrong = []
    for path in project_files():
        parts = path.relative_to(ROOT).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        module = ".".join(parts[:-1] if is_package else parts)
        package = module if is_package else module.rpartition(".")[0]
        wrong += wrong_arrows(path.read_text(), module, package)
    assert not wrong


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ("from wiki.models import Page", "blog.views"),
        ("def f():\n    import events.models", "wiki.views"),
        ("from ..website import views", "competencyworks.core.search"),
        ("from blog import models", "competencyworks.core.search"),
        ("from competencyworks.newsletter import mail", "events.registration"),
        ("import_module('blog.models')", "competencyworks.core.people"),
        ("from events.models import Event", "competencyworks.accounts.gate"),
        ("from competencyworks.website import views", "competencyworks.accounts.gate"),
        ("from competencyworks.accounts.gate import is_fresh", "events.admin"),
    ],
)
def test_a_wrong_arrow_is_seen(source, module):
    assert wrong_arrows(source, module, module.rpartition(".")[0])


def test_no_file_has_a_name_that_says_nothing():
    empty_names = {"utils", "helpers", "common", "services"}
    assert not [path for path in project_files() if path.stem in empty_names]


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = {re.split(r"[\[<>=~]", line)[0] for line in wanted}
    decisions = (ROOT / "docs" / "decisions.md").read_text()
    assert not {name for name in names if f"`{name}`" not in decisions}


def test_every_locked_package_is_hashed_and_names_no_host():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        for block in re.split(r"\n(?=[a-z])", text.strip()):
            if "==" in block:
                assert "--hash=sha256:" in block, block.splitlines()[0]


def test_every_variable_of_the_settings_is_documented():
    settings = (ROOT / "competencyworks" / "settings.py").read_text()
    names = set(re.findall(r'(?:env\.\w+|required)\(\s*"([A-Z_]+)"', settings))
    operate = (ROOT / "docs" / "operate.md").read_text()
    assert names
    assert not {name for name in names if f"`{name}`" not in operate}


def test_files_that_the_documents_name_exist():
    missing = []
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", document.read_text()):
            if not (document.parent / target).exists():
                missing.append(f"{document.name}: {target}")
    assert not missing


def test_no_generated_file_or_machine_path_is_committed():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    files = listed.stdout.split()
    assert not [name for name in files if name.startswith((".venv/", "var/", "node_modules/"))]
    home = re.compile(r"(?<![\w.:/-])/(?:root|home|Users)/\w")
    for name in files:
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".html", ".css", ".js", ".yml", ".txt"}:
            assert not home.search(path.read_text()), name
