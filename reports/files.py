"""Where do report.html and junit.xml go? Into the run folder, beside results.jsonl, without being asked."""

from __future__ import annotations

import pytest

HTML, JUNIT = "report.html", "junit.xml"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Lead pytest-html and junitxml, which look at their options at configure time, to the run folder.

    The module that makes the folder is listed after this one, so its own `tryfirst` hook has run already.
    """
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    if not config.option.out or not config.option.out.is_dir():
        return
    # Either is absent where somebody passed -p no:junitxml or -p no:html.
    if config.pluginmanager.hasplugin("junitxml"):
        config.option.xmlpath = config.option.xmlpath or str(config.option.out / JUNIT)
    if config.pluginmanager.hasplugin("html"):
        from reports.html.page import STYLE, HtmlPlugin  # a run that writes no page starts sooner without it

        config.option.htmlpath = config.option.htmlpath or str(config.option.out / HTML)
        config.option.self_contained_html = True
        config.option.css = [*config.option.css, str(STYLE)]
        config.pluginmanager.register(HtmlPlugin(config), "vitals-html")
