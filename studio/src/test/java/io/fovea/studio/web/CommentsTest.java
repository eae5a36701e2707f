package io.fovea.studio.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In the tables {@code #} stands for the end of a line. */
class CommentsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '@',
      value = {
        "// why#let a = 1;# ! #let a = 1;#",
        "let a; // why# ! let a; // why#",
        "/** what */#let a;# ! #let a;#",
        "/* a#   b#*/#let a;# ! ###let a;#",
        "/*/ a */#let a;# ! #let a;#",
        "/* a#*/ let a;# ! # let a;#",
        "/* a */ let a; /* b */# ! let a; /* b */#",
        "/* a */ /* b# c */ // d#let a;# ! ##let a;#",
      })
  void comments_thatFillLines_becomeEmptyLines(String source, String sent) {
    assertThat(strip(source)).isEqualToIgnoringWhitespace(sent.replace('#', '\n'));
    assertThat(strip(source).lines().count())
        .isEqualTo(source.chars().filter(c -> c == '#').count());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '@',
      value = {
        "const a = '// not';#const b = \"/* not\";#use(a);#",
        "const a = /\\/*.*/;#use(a);#",
        "const a = `#// text#/* text#`;#use(a);#",
        "const a = `one \\` two#// text`;#",
        "const a = 2#  / 3;#",
        "a {#  content: '//';#  background: url(//host/a.png);#}#",
      })
  void textThatLooksLikeAComment_isSentAsItIs(String source) {
    assertThat(strip(source)).isEqualTo(source.replace('#', '\n'));
  }

  private static String strip(String source) {
    return Comments.without(source.replace('#', '\n'));
  }
}
