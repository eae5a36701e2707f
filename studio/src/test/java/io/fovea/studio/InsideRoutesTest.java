package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.Images;
import io.fovea.dataset.Image;
import io.fovea.format.Models;
import io.fovea.network.AnswerRule;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the look-inside page may be asked, and what it says to what it cannot answer. */
class InsideRoutesTest extends OpenedTests {
  private static final byte[] BLANK = new byte[28 * 28];

  private String ask(String path, byte[] body) throws IOException {
    return opened.post("/api/inside/" + path, body);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gradient?label=1&node=conv1&channel=0&i=28&j=0 | 400 | look: conv1 has values of 16x28x28, got channel 0, row 28, column 0; count from 0",
        "gradient?label=1&weight=bn1.running_mean&index=0 | 400 | backward: nothing named \\\"bn1.running_mean\\\" has a gradient;",
        "descent?label=10&rate=0.1&momentum=0&weight=conv1.weight&index=0 | 400 | look: expects a class from 0 to 9, got 10",
        "look?model=run:none | 404 | model: unknown model \\\"run:none\\\"; there are [book, built-in]",
        "number?node=conv9&channel=0 | 400 | look: no layer named \\\"conv9\\\"",
        "number?node=conv1&channel=16 | 400 | look: conv1 has values of 16x28x28, got channel 16, row 0, column 0",
        "number?node=conv1 | 400 | expects channel as a whole number from 0",
        "number?node=conv1&channel=0&strongest=0 | 400 | expects strongest as a whole number from 1 to 1000",
        "backward?label=10&rate=0.1 | 400 | look: expects a class from 0 to 9, got 10",
        "backward?label=1 | 400 | backward: expects a learning rate such as 0.01, got \\\"\\\"",
        "backward?label=1&rate=fast | 400 | backward: expects a learning rate such as 0.01, got \\\"fast\\\"",
        "backward?label=1&rate=-1 | 400 | backward: expects a learning rate from 0 up, such as 0.01, got -1.0",
        "gradient?label=1&node=conv9&channel=0 | 400 | look: no layer named \\\"conv9\\\"",
        "gradient?label=1&weight=conv1.weight&index=400 | 400 | backward: conv1.weight has 400 values, got index 400; count from 0",
        "gradient?label=1&weight=conv1.weight | 400 | expects index as a whole number from 0",
        "descent?label=1&rate=0.1&momentum=1&weight=conv1.weight&index=0 | 400 | sgd: momentum must be from 0 to below 1, got 1.0",
        "descent?label=1&rate=0&momentum=0&weight=conv1.weight&index=0 | 400 | sgd: learning rate must be a number above 0, got 0.0",
        "descent?label=1&rate=0.1&weight=conv1.weight&index=0 | 400 | backward: expects a momentum such as 0.9",
        "descent?label=1&rate=0.1&momentum=0&steps=11&weight=conv1.weight&index=0 | 400 | expects steps as a whole number from 1 to 10",
        "descent?label=1&rate=0.1&momentum=0&weight=conv9.weight&index=0 | 400 | descent: expects a trained parameter and an index into it",
        "overlay?label=1&kind=magic | 400 | overlay: expects kind grad-cam or occlusion, got \\\"magic\\\"",
        "overlay?label=10&kind=grad-cam | 400 | 10",
        "drawing?height=0&width=28 | 400 | expects height as a whole number from 1 to 1024, got \\\"0\\\"",
        "drawing?height=27&width=28 | 400 | 784",
        "upload | 422 | upload: "
      })
  void question_thatCannotBeAnswered_isRefusedWithTheReason(String path, int status, String text)
      throws IOException {
    String answer = ask(path, BLANK);
    assertThat(Opened.status(answer)).as(answer).isEqualTo(status);
    assertThat(answer).contains(text);
  }

  @Test
  void look_atAPictureOfAnotherSize_isRefused() throws IOException {
    Opened.requires(ask("look", new byte[27 * 28]), 400, "784", "756");
  }

  @Test
  void upload_ofAPictureOfBillionsOfPixels_isRefusedBeforeItIsDecoded() throws IOException {
    Opened.requires(
        ask("upload", pngThatClaims(60_000, 60_000)),
        413,
        "upload: expects a picture of at most 16 million pixels; scale it down");
  }

  @Test
  void look_thatNamesNodes_isAnsweredWithTheirValuesAlone() throws IOException {
    String answer = ask("look?nodes=conv1,dense1", BLANK);
    assertThat(answer).contains("\"name\":\"conv1\"", "\"name\":\"dense1\"");
    assertThat(answer).doesNotContain("\"name\":\"relu1\"");
    assertThat(opened.get("/api/inside/weights?nodes=conv1"))
        .contains("conv1.weight")
        .doesNotContain("conv2.weight");
  }

  @Test
  void sample_ofOtherClasses_isDoubted() throws IOException {
    String digits = opened.get("/api/inside/sample?data=digits&index=3");
    assertThat(Opened.status(digits)).as(digits).isEqualTo(200);
    assertThat(digits)
        .contains("\"label\":\"" + opened.label(503) + "\"", "\"size\":20")
        .doesNotContain("doubt");
    Path run = opened.run("shapes");
    Models.write(
        Network.of(Zoo.MLP.graph(Shape.of(3, 20, 30), 3), Initializer.he(), 1),
        run.resolve("model.safetensors"));
    assertThat(opened.get("/api/inside/sample?model=run:shapes&data=digits&index=3"))
        .contains("this data set has other classes than the network");
    assertThat(ask("drawing?model=run:shapes&height=28&width=28", BLANK))
        .contains("it is grey, and the network was trained on colour images");
  }

  /** Whether no class or every class is probable enough, the network is unsure. */
  @Test
  void answer_ofAModelWithARule_isInTheWordsOfPredict() throws IOException {
    Network plain = Network.of(Zoo.MLP.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 1);
    for (double least : new double[] {0.999, 0}) {
      Path run = opened.run("rule" + least);
      Models.write(
          plain.withAnswers(new AnswerRule.OneLabel(0.95, least, Optional.empty())),
          run.resolve("model.safetensors"));
      assertThat(ask("look?model=run:rule" + least, BLANK)).contains("\"words\":\"unsure\"");
    }
    assertThat(ask("look", BLANK)).doesNotContain("\"words\"");
    Path several = opened.run("several");
    Models.write(
        plain.withAnswers(AnswerRule.SeveralLabels.usual(10)),
        several.resolve("model.safetensors"));
    assertThat(opened.get("/api/inside/model?model=run:several")).contains("\"sigmoid\"");
  }

  @Test
  void upload_ofAPicture_isAnswered() throws IOException {
    byte[] pixels = new byte[40 * 60];
    java.util.Arrays.fill(pixels, 600, 1800, (byte) 200);
    Opened.requires(
        ask("upload", Images.png(Image.of(1, 40, 60, pixels))),
        200,
        "\"empty\":false",
        "\"scores\":[");
  }

  /** A PNG whose header names a size, and that has nothing else. */
  private static byte[] pngThatClaims(int width, int height) throws IOException {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(header);
    out.write("IHDR".getBytes(StandardCharsets.US_ASCII));
    out.writeInt(width);
    out.writeInt(height);
    out.write(new byte[] {8, 0, 0, 0, 0}); // 8 bits, grey
    CRC32 crc = new CRC32();
    crc.update(header.toByteArray());
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    DataOutputStream all = new DataOutputStream(file);
    all.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    all.writeInt(13);
    all.write(header.toByteArray());
    all.writeInt((int) crc.getValue());
    return file.toByteArray();
  }
}
