"""Sphinx extension: the captions in the sidebar are headings, and here they get the level that screen readers ask for."""


def setup(app):
    """Complete the captions when the theme has made the sidebar."""

    def complete(app, pagename, templatename, context, doctree):
        tree = context["furo_navigation_tree"]
        context["furo_navigation_tree"] = tree.replace('role="heading"', 'role="heading" aria-level="2"')

    app.connect("html-page-context", complete, priority=900)
    return {"parallel_read_safe": True}
