package io.fovea.studio.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The book's pages and figures, which {@code build/Book.java} has put into the jar; its search. */
public final class Book {
  private static final String FOLDER = "/io/fovea/studio/book/";
  private static final Pattern CHAPTER = Pattern.compile("[A-Za-z0-9-]+");
  private static final Pattern IMAGE = Pattern.compile("[a-z-]+\\.svg");
  private static final int MOST_FOUND = 40;

  /** A chapter as an HTML page; empty if there is none of that name. */
  public Optional<byte[]> page(String name) throws IOException {
    return CHAPTER.matcher(name).matches() ? resource(name + ".html") : Optional.empty();
  }

  /** A figure, as SVG; empty if there is none of that name. */
  public Optional<byte[]> image(String name) throws IOException {
    return IMAGE.matcher(name).matches() ? resource("images/" + name) : Optional.empty();
  }

  private static Optional<byte[]> resource(String name) throws IOException {
    try (InputStream stream = Book.class.getResourceAsStream(FOLDER + name)) {
      return stream == null ? Optional.empty() : Optional.of(stream.readAllBytes());
    }
  }

  private static byte[] required(String name) throws IOException {
    return resource(name).orElseThrow(() -> new IOException(name + " is not in the program"));
  }

  /** The sections that contain all words, best first, as an HTML page. */
  public String search(String words) throws IOException {
    List<Hit> hits = hits(words);
    StringBuilder found = new StringBuilder();
    for (Hit hit : hits) {
      found.append(
          """
          <li><a href="/book/%s">%s</a> <span class="hint">in %s</span><br>%s</li>
          """
              .formatted(hit.id(), escaped(hit.heading()), escaped(hit.title()), hit.excerpt()));
    }
    String said =
        hits.isEmpty()
            ? "No section has all of these words. Try fewer, or a part of a word."
            : hits.size() + (hits.size() == 1 ? " section" : " sections") + ", the best first.";
    String list = hits.isEmpty() ? "" : "<ol class=\"found\">\n" + found + "</ol>\n";
    return new String(required("search.template"), StandardCharsets.UTF_8)
        .replace("@FOUND@", "<p role=\"status\">" + said + "</p>\n" + list)
        .replace("@WORDS@", escaped(words));
  }

  /** A section that matches a search, and its address below {@code /book/}. */
  private record Hit(String title, String heading, String id, int score, String excerpt) {}

  private static List<Hit> hits(String words) throws IOException {
    List<String> wanted =
        Arrays.stream(words.toLowerCase(Locale.ROOT).split("\\s+", -1))
            .filter(word -> !word.isEmpty())
            .toList();
    List<Hit> hits = new ArrayList<>();
    for (String[] section : Reply.JSON.readValue(required("search.json"), String[][].class)) {
      String heading = section[1];
      String text = section[3];
      int score = score(heading, text, wanted);
      if (score > 0) {
        String excerpt = excerpt(text, wanted.getFirst());
        hits.add(new Hit(section[0], heading, section[2], score, excerpt));
      }
    }
    hits.sort(Comparator.comparingInt(Hit::score).reversed());
    return hits.subList(0, Math.min(MOST_FOUND, hits.size()));
  }

  /** The number of occurrences of the words, ten times that in the heading; 0 if one is missing. */
  private static int score(String heading, String text, List<String> words) {
    int score = 0;
    for (String word : words) {
      int own = 10 * count(heading, word) + count(text, word);
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
        + escaped(text.substring(from, to))
        + (to < text.length() ? " …" : "");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
