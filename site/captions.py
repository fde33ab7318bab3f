"""Sphinx extension: captions in the sidebar are headings, and get the level that screen readers need."""


def setup(app):
    """Complete the captions when the theme has made the sidebar."""

    def complete(app, pagename, templatename, context, doctree):
        tree = context["furo_navigation_tree"]
        context["furo_navigation_tree"] = tree.replace('role="heading"', 'role="heading" aria-level="2"')

    app.connect("html-page-context", complete, priority=900)
    return {"parallel_read_safe": True}
