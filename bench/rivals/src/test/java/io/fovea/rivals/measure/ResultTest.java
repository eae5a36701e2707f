package io.fovea.rivals.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResultTest {
  @Test
  void parse_isTheInverseOfLine() {
    Result result = Result.of("images/s", 4840.25).with("loss", 0.05).from("DJL 1 with PyTorch 2");
    assertThat(result.line())
        .isEqualTo("result images/s 4840.25 loss 0.0500000 library DJL 1 with PyTorch 2");
    assertThat(Result.parse(result.line())).contains(result);
  }

  @Test
  void parse_leavesOtherLinesAlone() {
    assertThat(Result.parse("unable to find library torch")).isEmpty();
  }
}
