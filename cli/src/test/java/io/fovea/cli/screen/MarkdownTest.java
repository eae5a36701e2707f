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
}
