package io.fovea.cli;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The words of package pages (package-info.java): each is plain English, a name in the code, or has
 * an entry in docs/glossary.md or docs/code-words.md.
 */
class GlossaryTest {
  private static final Path PROJECT = Path.of("..");
  private static final Pattern BOLD = Pattern.compile("\\*\\*([^*]+)\\*\\*");
  private static final Pattern COMMENT = Pattern.compile("/\\*\\*(.*?)\\*/", Pattern.DOTALL);

  /** What is no text: code, markup, entities, addresses of files. */
  private static final Pattern NO_TEXT =
      Pattern.compile(
          "<pre>.*?</pre>|\\{@\\w+[^}]*}|<[^>]*>|&\\w+;|\\S*[/.]\\S+|\\b\\w+\\.\\w+\\S*",
          Pattern.DOTALL);

  private static final Pattern WORD = Pattern.compile("\\b[A-Za-z][a-z]+\\b");

  private static String page(String name) throws IOException {
    return Files.readString(PROJECT.resolve("docs").resolve(name));
  }

  private static Set<String> terms(String text) {
    return BOLD.matcher(text)
        .results()
        .map(bold -> bold.group(1))
        .collect(TreeSet::new, Set::add, Set::addAll);
  }

  private static Stream<String> words(String text) {
    return WORD.matcher(text)
        .results()
        .map(MatchResult::group)
        .map(w -> w.toLowerCase(Locale.ROOT));
  }

  /** The ordinary words of package pages; those of docs/code-words.md are not among them. */
  private static Set<String> plainWords() throws IOException {
    try (InputStream in = GlossaryTest.class.getResourceAsStream("plain-words.txt")) {
      return new TreeSet<>(
          List.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\\s+")));
    }
  }

  /** The forms that a dictionary might have a word under: without endings of plurals and verbs. */
  private static Stream<String> forms(String word) {
    Stream.Builder<String> forms = Stream.<String>builder().add(word);
    for (String ending : List.of("s", "es", "d", "ed", "ing", "ly")) {
      if (word.length() > ending.length() + 2 && word.endsWith(ending)) {
        String stem = word.substring(0, word.length() - ending.length());
        forms
            .add(stem)
            .add(stem + "e")
            .add(stem.replaceFirst("i$", "y"))
            .add(stem.replaceFirst("(.)\\1$", "$1"));
      }
    }
    return forms.build();
  }

  private static List<Path> sources(String name) throws IOException {
    try (Stream<Path> modules = Files.list(PROJECT)) {
      Stream.Builder<Path> found = Stream.builder();
      for (Path module : modules.sorted().toList()) {
        Path main = module.resolve("src").resolve("main").resolve("java");
        if (Files.isDirectory(main)) {
          try (Stream<Path> files = Files.walk(main)) {
            files.filter(file -> file.toString().endsWith(name)).sorted().forEach(found);
          }
        }
      }
      return found.build().toList();
    }
  }

  /** The words of a package page that are neither plain nor explained. */
  private static Set<String> unexplained(String source, Set<String> known) {
    String text =
        COMMENT.matcher(source).results().map(comment -> comment.group(1)).collect(joining(" "));
    Set<String> unexplained = new TreeSet<>();
    words(NO_TEXT.matcher(text.replaceAll("\\n\\s*\\*", "\n")).replaceAll(" "))
        .filter(word -> forms(word).noneMatch(known::contains))
        .forEach(unexplained::add);
    return unexplained;
  }

  private static Set<String> known() throws IOException {
    Set<String> known = new HashSet<>(plainWords());
    terms(page("glossary.md") + page("code-words.md"))
        .forEach(term -> words(term).forEach(known::add));
    return known;
  }

  @Test
  void packagePages_useNoWordOfOurs_thatTheGlossaryLacks() throws IOException {
    Set<String> known = known();
    List<String> pages = new ArrayList<>();
    for (Path page : sources("package-info.java")) {
      Set<String> unexplained = unexplained(Files.readString(page), known);
      if (!unexplained.isEmpty()) {
        pages.add(PROJECT.relativize(page) + ": " + unexplained);
      }
    }
    assertThat(pages)
        .as("explain a word of ours in docs/code-words.md; add an ordinary one to plain-words.txt")
        .isEmpty();
  }

  @Test
  void aWordOfOurs_withoutEntry_isFound() throws IOException {
    Set<String> known = known();
    String page =
        "/** Sheaves of <pre>code</pre> {@link Code} in docs/code.md, as {@code codes}. */";
    assertThat(unexplained(page, known)).containsExactly("sheaves");
    assertThat(unexplained("/** Panels of points. */", plainWords()))
        .containsExactly("panels", "points");
    assertThat(unexplained("/** Panels of points. */", known)).isEmpty();
  }

  @Test
  void wordsOfOurs_areNotPlain_andOccurInTheCode() throws IOException {
    Set<String> ours = terms(page("code-words.md"));
    assertThat(ours).hasSizeGreaterThan(40);
    StringBuilder code = new StringBuilder();
    for (Path source : sources(".java")) {
      code.append(Files.readString(source).toLowerCase(Locale.ROOT).replaceAll("[\\s*-]+", ""));
    }
    assertThat(ours)
        .allSatisfy(
            term ->
                assertThat(code.indexOf(term.toLowerCase(Locale.ROOT).replaceAll("[\\s-]+", "")))
                    .as("%s occurs in the code", term)
                    .isNotNegative());
    Set<String> plain = plainWords();
    assertThat(ours.stream().map(term -> term.toLowerCase(Locale.ROOT)).filter(plain::contains))
        .isEmpty();
  }
}
