import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What all pages have around their content: a head, and a line at the top with the button for light
 * and dark.
 *
 * @param root the way to the folder of the icon and the style sheets; empty, or ending in a slash
 * @param head what the head has besides: style sheets and scripts
 * @param kind the classes of the body
 * @param top what the line at the top has before the button
 */
record Frame(String title, String root, String head, String kind, String top) {
  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>@TITLE@ – Fovea</title>
      <link rel="icon" href="@ROOT@icon.svg" type="image/svg+xml">
      @HEAD@</head>
      <body class="@KIND@">
      <a class="skip" href="#content">Skip to the page</a>
      <header class="top">
      @TOP@<button type="button" id="theme" class="quiet" aria-label="Switch between dark and light"><svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><circle cx="10" cy="10" r="8" fill="none" stroke="currentColor" stroke-width="2"></circle><path d="M10 2a8 8 0 0 1 0 16z" fill="currentColor"></path></svg></button>
      </header>
      @CONTENT@</body>
      </html>
      """;

  /** The whole page; its content has the element {@code main} with the id content. */
  String around(String content) {
    return PAGE.replace("@TITLE@", Pages.escaped(title))
        .replace("@HEAD@", head)
        .replace("@KIND@", kind)
        .replace("@TOP@", top)
        .replace("@ROOT@", root)
        .replace("@CONTENT@", content);
  }

  static String sheets(String... names) {
    return Stream.of(names)
        .map("<link rel=\"stylesheet\" href=\"@ROOT@%s.css\">\n"::formatted)
        .collect(Collectors.joining());
  }
}
