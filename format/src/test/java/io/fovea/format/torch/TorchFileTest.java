package io.fovea.format.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.format.Fitting;
import io.fovea.format.FormatException;
import io.fovea.format.Models;
import io.fovea.format.WeightsFile;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that PyTorch 2.6 has written: src/test/resources/pytorch/make.py. */
class TorchFileTest {
  private static final String CURE =
      "; save only the tensors, torch.save(model.state_dict(), FILE)";

  @TempDir Path folder;

  static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(TorchFileTest.class.getResource("/pytorch/" + name)).toURI());
    } catch (URISyntaxException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static WeightsFile read(String name) throws FormatException {
    return WeightsFile.read(resource(name));
  }

  private static final Graph SMALL =
      Network.input(1, 4, 4).conv2d(2, 3).batchNorm2d().flatten().dense(3).graph();

  private static final Fitting SMALL_NAMES =
      Fitting.exact().rename("0", "conv1").rename("1", "bn1").rename("3", "dense1");

  private static void assertSmall(WeightsFile file) throws FormatException {
    assertThat(file.names())
        .containsExactly(
            "0.weight 0.bias 1.weight 1.bias 1.running_mean 1.running_var 1.num_batches_tracked 3.weight 3.bias"
                .split(" ", -1));
    Weights fitted = file.fit(SMALL, Weights.initial(SMALL, Initializer.he(), 1), SMALL_NAMES);
    for (Graph.Weight weight : SMALL.weights()) {
      String name = weight.name().replace("conv1", "0").replace("bn1", "1").replace("dense1", "3");
      assertThat(fitted.values(weight.name())).isEqualTo(FormulaValues.of(name, weight));
    }
  }

  /** Of a checkpoint, its only state dict; a file is known by its content. */
  @Test
  void read_stateDict_givesItsValues() throws IOException {
    WeightsFile file = read("small.pth");
    assertSmall(file);
    assertThat(file.shape("0.weight")).containsExactly(2L, 1L, 3L, 3L);
    assertThat(file.shape("1.num_batches_tracked")).isEmpty();
    assertThat(file.ignored()).isEmpty();
    assertSmall(read("checkpoint.pth"));
    Path renamed = folder.resolve("weights.safetensors");
    Files.copy(resource("small.pth"), renamed);
    assertSmall(WeightsFile.read(renamed));
  }

  @Test
  void read_views_honoursStridesAndOffsets() throws FormatException {
    WeightsFile file = read("views.pth");

    assertThat(file.shape("transposed")).containsExactly(6L, 4L);
    float[] transposed = file.values("transposed");
    for (int i = 0; i < 24; i++) {
      assertThat(transposed[i]).isEqualTo(i % 4 * 6 + i / 4);
    }
    assertThat(file.values("every_second")).containsExactly(3, 5, 7, 9, 11, 13, 15, 17, 19);
    float[] channelsLast = file.values("channels_last");
    for (int i = 0; i < 24; i++) {
      assertThat(channelsLast[i]).isEqualTo(i);
    }
    assertThat(file.values("last_row")).containsExactly(18, 19, 20, 21, 22, 23);
    assertThat(file.values("tied")).containsExactly(1.5f, -2.5f);
    assertThat(file.values("tied_again")).containsExactly(1.5f, -2.5f);
    assertThat(file.values("scalar")).containsExactly(0.25f);
    assertThat(file.values("empty")).isEmpty();
    assertThat(file.values("parameter")).containsExactly(1, 2);
  }

  @Test
  void read_otherTypes_areConvertedOrIgnored() throws FormatException {
    WeightsFile file = read("views.pth");

    assertThat(file.values("half")).containsExactly(0.33325195f, -65504, 5.9604645e-8f);
    assertThat(file.values("bfloat16"))
        .containsExactly(0.33398438f, -3.0040553e38f, Float.intBitsToFloat(1 << 16));
    assertThat(file.values("double")).containsExactly(1 / 3f, 0);
    assertThat(file.values("count")).containsExactly(7);
    assertThat(file.ignored())
        .containsExactly(
            "longs", "ints", "shorts", "chars", "bytes", "truths", "size", "text", "none");
  }

  @Test
  void read_fileWithoutChecksums_isRead() throws FormatException {
    assertThat(read("unchecked.pth").values("x")).containsExactly(1, 2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "two.pth|holds more than one dict of tensors, under \"a\", \"b\"; save only one of them, torch.save(torch.load(FILE)[KEY], NEW)",
        "module.pth|data.pkl: names torch.nn.modules.linear.Linear of Python, which is not read: files are data, never code"
            + CURE,
        "protocol4.pth|data.pkl: is written in protocol 4 of pickle, expected 2, the standard of torch.save; save it again without pickle_protocol",
        "legacy.pth|is a file of PyTorch before 1.6, or one saved without zip; load it in a current PyTorch and save it again, torch.save(state_dict, FILE)",
        "expanded.pth|data.pkl: has a tensor of 3 elements on a storage of 2, an expanded one; save tensor.clone() instead",
        "complex.pth|data.pkl: names torch.ComplexFloatStorage of Python, which is not read: files are data, never code"
            + CURE,
        "negated.pth|data.pkl: has a tensor that is to be negated or conjugated when it is read; save tensor.clone() instead"
      })
  void read_otherContent_isRefused(String name, String message) {
    assertThatThrownBy(() -> read(name))
        .isInstanceOf(FormatException.class)
        .hasMessage(name + ": read: " + message);
  }

  @Test
  void read_moreEntriesThanTensors_isRefused() throws IOException {
    Map<String, byte[]> many = new LinkedHashMap<>();
    for (int i = 0; i <= 60_000; i++) {
      many.put("a/" + i, new byte[0]);
    }
    Path file = Files.write(folder.resolve("many.pth"), RawTorch.zip(many));

    assertThatThrownBy(() -> WeightsFile.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "many.pth: read: may have at most 60000 entries, got 60001; save fewer tensors in a file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "small.pth|a PyTorch file, which has weights but no network; build the network and start from these weights (WeightsFile.read, or fovea train --init-from)",
        "legacy.pth|a pickle or tar file, as PyTorch wrote before 1.6; save its weights with a current PyTorch, torch.save(state_dict, FILE), and start from them (WeightsFile.read)"
      })
  void load_stateDictAsModel_isRefused(String name, String got) {
    assertThatThrownBy(() -> Models.load(resource(name)))
        .isInstanceOf(FormatException.class)
        .hasMessage(name + ": read: expects a safetensors file, got " + got);
  }

  /** The same values by the generator of the other tests, which this is the evidence for. */
  @Test
  void read_generatedFile_isReadAsPyTorchs() throws IOException {
    Map<String, Graph.Weight> weights = new LinkedHashMap<>();
    SMALL
        .weights()
        .forEach(
            weight ->
                weights.put(
                    weight.name().replace("conv1", "0").replace("bn1", "1").replace("dense1", "3"),
                    weight));
    Path file =
        RawTorch.write(
            folder.resolve("made.pth"),
            weights.entrySet().stream()
                .map(
                    entry ->
                        new RawTorch.Given(
                            entry.getKey(),
                            () -> FormulaValues.of(entry.getKey(), entry.getValue()),
                            entry.getValue().parameter().shape()))
                .toList());

    assertSmall(WeightsFile.read(file));
  }
}
