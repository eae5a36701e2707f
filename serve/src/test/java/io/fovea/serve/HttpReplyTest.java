package io.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.serve.web.HttpReply;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpReplyTest {
  /** Who asks with curl sees it on a terminal. */
  @Test
  void json_withLabelsThatSteerATerminal_spellsThemOutAndStaysTheSameText() {
    String label = "a\n\u001b[2J\u009bb\u202ec \u00e9 \ud83d\ude00";
    byte[] body = HttpReply.json(200, Map.of("label", label)).body();
    String text = new String(body, StandardCharsets.UTF_8);
    assertThat(text.codePoints())
        .allMatch(c -> c >= ' ' && Character.getType(c) != Character.FORMAT && c != 0x9b);
    assertThat(text).contains("\\u009bb\\u202ec \u00e9 \ud83d\ude00");
    assertThat(HttpReply.JSON.readTree(body).path("label").asString()).isEqualTo(label);
  }
}
