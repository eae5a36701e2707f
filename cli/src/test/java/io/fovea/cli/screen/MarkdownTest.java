package io.fovea.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkdownTest {
  @Test
  void toString_everyPart_hasItsGapsAndEscapes() {
    Markdown text = new Markdown();
    text.heading(1, "Title\nof two lines");
    text.paragraph("Words.");
    text.table("class", "images", "F1");
    text.row("a|b", "1", "2");
    text.heading(2, "More");
    text.item("one");
    text.item("two");
    text.code("fovea train\n");
    assertThat(text)
        .hasToString(
            """
            # Title of two lines

            Words.

            | class | images | F1 |
            | --- | ---: | ---: |
            | a\\|b | 1 | 2 |

            ## More

            - one
            - two

            ```
            fovea train
            ```
            """);
  }

  @Test
  void toString_ofWordsThatSteerATerminal_spellsThemOut() {
    Markdown text = new Markdown();
    text.heading(1, "a\u001b[2J");
    text.table("b\u009b", "c\u202e");
    text.code("fovea train 'd\u001b[2J'\nfovea eval");
    assertThat(text.toString())
        .contains("# a\\u001b[2J\n", "| b\\u009b | c\\u202e |\n")
        .contains("```\nfovea train 'd\\u001b[2J'\nfovea eval\n```\n");
  }
}
