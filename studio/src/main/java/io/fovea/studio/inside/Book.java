package io.fovea.studio.inside;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The book as pages, from the Markdown, the pictures and the tutorial's file in the jar. A page has
 * its chapter, the step of the tutorial that it explains, and links to the chapters before and
 * after.
 */
public final class Book {
  private static final String FOLDER = "/io/fovea/studio/book/";
  private static final String TUTORIAL = "TwoLayerCnn.java";
  private static final String STEP = "  // ---- Step ";
  private static final Pattern IMAGE = Pattern.compile("[a-z-]+\\.svg");
  private static final int MOST_FOUND = 40;

  /** The chapters in reading order; the first is the table of contents. */
  static final List<String> CHAPTERS =
      List.of(
          """
          README 01-reading-the-data 02-looking-at-samples 03-reshape-and-scale 04-the-parameters
          05-convolution-forward 06-fully-connected-forward 07-softmax-cross-entropy-l2 08-fully-connected-backward
          09-convolution-backward 10-mini-batch-gradient-descent 11-test-accuracy pooling batch-normalisation
          activations-and-normalisations augmentation transfer-learning which-places-mattered from-loops-to-fast
          what-the-numpy-version-gets-wrong glossary"""
              .split("\\s+", -1));

  private final Map<String, Chapter> chapters = new ConcurrentHashMap<>();

  /** A chapter as an HTML page; empty if there is none of that name. */
  public Optional<String> page(String name) throws IOException {
    int at = CHAPTERS.indexOf(name);
    if (at < 0) {
      return Optional.empty();
    }
    Chapter chapter = chapter(name);
    String body =
        """
        <article>
        %s</article>
        %s<nav class="turn" aria-label="Chapters before and after">%s%s</nav>
        """
            .formatted(
                chapter.html(),
                listing(name),
                at == 0 ? "" : turn("prev", "←", CHAPTERS.get(at - 1)),
                at == CHAPTERS.size() - 1 ? "" : turn("next", "→", CHAPTERS.get(at + 1)));
    return Optional.of(whole(chapter.title(), "", body));
  }

  /** The sections that contain all words, best first, as an HTML page. */
  public String search(String words) throws IOException {
    StringBuilder found = new StringBuilder();
    List<Hit> hits = hits(words);
    for (Hit hit : hits) {
      found.append(
          """
          <li><a href="/book/%s#%s">%s</a> <span class="hint">in %s</span><br>%s</li>
          """
              .formatted(
                  hit.chapter(),
                  hit.section().id(),
                  Html.escaped(hit.section().heading()),
                  Html.escaped(hit.title()),
                  hit.excerpt()));
    }
    String said =
        hits.isEmpty()
            ? "No section has all of these words. Try fewer, or a part of a word."
            : hits.size() + (hits.size() == 1 ? " section" : " sections") + ", the best first.";
    String body =
        """
        <article>
        <h1>Search the book</h1>
        <p role="status">%s</p>
        <ol class="found">
        %s</ol>
        </article>
        """
            .formatted(said, found);
    return whole("Search", words, hits.isEmpty() ? body.replaceAll("(?s)<ol.*</ol>\n", "") : body);
  }

  /** A figure, as SVG; empty if there is none of that name. */
  public Optional<byte[]> image(String name) throws IOException {
    if (!IMAGE.matcher(name).matches()) {
      return Optional.empty();
    }
    try (InputStream stream = Book.class.getResourceAsStream(FOLDER + "images/" + name)) {
      return stream == null ? Optional.empty() : Optional.of(stream.readAllBytes());
    }
  }

  /** A section that matches a search. */
  private record Hit(
      String chapter, String title, Chapter.Section section, int score, String excerpt) {}

  private List<Hit> hits(String words) throws IOException {
    List<String> wanted =
        List.of(words.toLowerCase(Locale.ROOT).strip().split("\\s+", -1)).stream()
            .filter(word -> !word.isEmpty())
            .toList();
    List<Hit> hits = new ArrayList<>();
    for (String name : wanted.isEmpty() ? List.<String>of() : CHAPTERS) {
      Chapter chapter = chapter(name);
      for (Chapter.Section section : chapter.sections()) {
        int score = score(section, wanted);
        if (score > 0) {
          String excerpt = excerpt(section.text(), wanted.getFirst());
          hits.add(new Hit(name, chapter.title(), section, score, excerpt));
        }
      }
    }
    hits.sort(Comparator.comparingInt(Hit::score).reversed());
    return hits.subList(0, Math.min(MOST_FOUND, hits.size()));
  }

  /** The number of occurrences of the words, ten times that in the heading; 0 if one is missing. */
  private static int score(Chapter.Section section, List<String> words) {
    int score = 0;
    for (String word : words) {
      int own = 10 * count(section.heading(), word) + count(section.text(), word);
      if (own == 0) {
        return 0;
      }
      score += own;
    }
    return score;
  }

  private static int count(String text, String word) {
    return text.toLowerCase(Locale.ROOT).split(Pattern.quote(word), -1).length - 1;
  }

  private static String excerpt(String text, String word) {
    int at = Math.max(0, text.toLowerCase(Locale.ROOT).indexOf(word));
    int from = Math.max(0, at - 60);
    int to = Math.min(text.length(), at + 120);
    return (from > 0 ? "… " : "")
        + Html.escaped(text.substring(from, to))
        + (to < text.length() ? " …" : "");
  }

  private Chapter chapter(String name) throws IOException {
    Chapter known = chapters.get(name);
    if (known == null) {
      known = Chapter.of(resource(name + ".md"), CHAPTERS);
      chapters.put(name, known);
    }
    return known;
  }

  private static String resource(String file) throws IOException {
    try (InputStream stream = Book.class.getResourceAsStream(FOLDER + file)) {
      if (stream == null) {
        throw new IOException("book: " + file + " is not in the program");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String turn(String kind, String arrow, String name) throws IOException {
    String title = Html.escaped(chapter(name).title());
    return "<a rel=\"%s\" href=\"/book/%s\">%s</a>"
        .formatted(kind, name, kind.equals("prev") ? arrow + " " + title : title + " " + arrow);
  }

  /** The step of the tutorial with the chapter's number; empty for other chapters. */
  private static String listing(String name) throws IOException {
    if (!Character.isDigit(name.charAt(0))) {
      return "";
    }
    String step = STEP + Integer.parseInt(name.substring(0, 2)) + ":";
    List<String> lines = resource(TUTORIAL).lines().toList();
    int from = first(lines, 0, step);
    int to = first(lines, from + 1, STEP);
    List<String> own = lines.subList(from, to);
    String code = String.join("\n", own).stripIndent().strip();
    return """
    <aside class="listing" aria-labelledby="listing-title">
    <h2 id="listing-title">In the tutorial</h2>
    <p class="hint">%s, lines %d to %d</p>
    <pre tabindex="0" aria-label="Listing of this step"><code>%s</code></pre>
    </aside>
    """
        .formatted(TUTORIAL, from + 1, to, Html.escaped(code));
  }

  private static int first(List<String> lines, int from, String start) {
    return IntStream.range(from, lines.size())
        .filter(k -> lines.get(k).startsWith(start))
        .findFirst()
        .orElse(lines.size());
  }

  private static String whole(String title, String words, String body) {
    return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>%s – Fovea</title>
    <link rel="icon" href="/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/studio.css">
    <link rel="stylesheet" href="/playground.css">
    <link rel="stylesheet" href="/book.css">
    <script type="module" src="/book.js"></script>
    </head>
    <body class="book">
    <a class="skip" href="#content">Skip to the page</a>
    <header class="top">
    <span class="brand"><img src="/icon.svg" alt="" width="28" height="28">Fovea studio</span>
    <nav aria-label="Pages"><a href="/#train">Train</a> <a href="/#inside">Look inside</a> <a href="/#data">Data</a> <a href="/#playground">Playground</a> <a href="/book" aria-current="page">Book</a></nav>
    <form class="search" role="search" action="/book"><input type="search" name="q" aria-label="Search the book" placeholder="Search the book" value="%s"><button type="submit" class="quiet">Search</button></form>
    <button type="button" id="theme" class="quiet" aria-label="Switch between dark and light"><svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><circle cx="10" cy="10" r="8" fill="none" stroke="currentColor" stroke-width="2"></circle><path d="M10 2a8 8 0 0 1 0 16z" fill="currentColor"></path></svg></button>
    </header>
    <main id="content" tabindex="-1">
    %s</main>
    </body>
    </html>
    """
        .formatted(Html.escaped(title), Html.escaped(words), body);
  }
}
