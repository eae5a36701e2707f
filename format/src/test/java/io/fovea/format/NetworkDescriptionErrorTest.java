package io.fovea.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkDescriptionErrorTest {
  @TempDir Path folder;

  private void refuses(String text, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("net.json"), text);
    assertThatThrownBy(() -> NetworkDescription.read(file).graph(Shape.of(1, 8, 8), 10))
        .isInstanceOf(FormatException.class)
        .hasMessage("net.json: " + message);
  }

  @Test
  void read_fileThatIsNoText_isRefused() throws IOException {
    assertThatThrownBy(() -> NetworkDescription.read(folder.resolve("none.json")))
        .isInstanceOf(FormatException.class)
        .hasMessage("none.json: read: there is no such file; check the path");
    assertThatThrownBy(() -> NetworkDescription.read(Files.createDirectory(folder.resolve("nets"))))
        .hasMessage("nets: read: expects a JSON file, got a folder; give the name of a file in it");
    Path latin = folder.resolve("net.json");
    Files.write(latin, "{\"labels\": [\"\u00e4\"]}".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> NetworkDescription.read(latin))
        .hasMessage("net.json: read: expects JSON in UTF-8, got other bytes; save it as UTF-8");
    Path model = Files.write(folder.resolve("big.safetensors"), new byte[17_000_000]);
    assertThatThrownBy(() -> NetworkDescription.read(model))
        .hasMessage(
            "big.safetensors: read: a network's description has at most 16000000 bytes, got 17000000; give a JSON file");
  }

  @Test
  void read_emptyOrDeeplyNestedJson_isRefused() throws IOException {
    refuses("", "expects a JSON object, got an empty text; write one");
    refuses(
        "{\"nodes\": " + "[".repeat(100_000),
        "not valid JSON, Document nesting depth (33) exceeds the maximum allowed (32); correct it there");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{NL  \"nodes\": [NL    {\"layer\": \"relu\"},NL  ]NL}|not valid JSON, line 4, column 3: Unexpected character (']' (code 93)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false'); correct it there",
        "{\"nodes\": [],NL \"nodes\": []}|not valid JSON, line 2, column 9: Duplicate Object property \"nodes\"; correct it there",
        "{\"nodes\": [|not valid JSON, line 1, column 12: Unexpected end-of-input: expected close marker for Array; correct it there",
        "{\"nodes\": NaN}|not valid JSON, line 1, column 14: Non-standard token 'NaN'; correct it there",
        "[]|expects an object, got []",
        "{\"nodes\": []} {}|more text behind the end of the JSON object; remove it",
        "{\"input\": [3, 32, 32], \"nodes\": [{\"layer\": \"relu\"}]}|\"input\" is 3x32x32, but the data have 1x8x8; leave \"input\" out so that the network adapts, or resize the images",
        "{\"labels\": [\"a\", \"b\"], \"nodes\": [{\"layer\": \"flatten\"}, {\"layer\": \"dense\", \"outputs\": 3}]}|has 2 \"labels\", but the last layer has 3 outputs; make them the same number",
        "{}|\"nodes\" is missing; add it, expected is a list of layers",
        "{\"nodes\": 3}|\"nodes\" expects a list of layers, got 3",
        "{\"nodes\": []}|network: has no layers; add at least one",
        "{\"nodes\": [4]}|node 1: expects an object, got 4",
        "{\"node\": []}|\"node\" is unknown; did you mean \"nodes\"? Expected are $schema, format, version, input, nodes, labels, preprocessing",
        "{\"format\": \"onnx\"}|\"format\" expects \"fovea.network\", got \"onnx\"",
        "{\"format\": 1}|\"format\" expects a text, got 1",
        "{\"version\": 2, \"blocks\": []}|has version 2, but this Fovea reads versions up to 1; use a newer Fovea",
        "{\"version\": 0}|\"version\" expects a whole number from 1, got 0",
        "{\"version\": \"1\"}|\"version\" expects a whole number from 1, got \"1\"",
        "{\"input\": 28, \"nodes\": []}|\"input\" expects the sizes of one image, such as [1, 28, 28] (channels, height, width), got 28",
        "{\"input\": [28, 28], \"nodes\": []}|\"input\" expects the sizes of one image, such as [1, 28, 28] (channels, height, width), got [28, 28]",
        "{\"input\": [1, 0, 28], \"nodes\": []}|\"input\" expects a whole number from 1, got 0",
        "{\"input\": [65536, 65536, 1], \"nodes\": []}|\"input\" [65536, 65536, 1] is too large; an image must fit in one Java array",
        "{\"labels\": [\"a\", 1], \"nodes\": []}|\"labels\" expects a list of texts, got 1",
        "{\"preprocessing\": [], \"nodes\": []}|\"preprocessing\" expects an object, got []",
        "{\"preprocessing\": {\"mean\": [0]}, \"nodes\": []}|preprocessing: \"background\" is missing; add it, expected is a text",
        "{\"preprocessing\": {\"std\": [0]}, \"nodes\": []}|preprocessing: \"std\" is unknown; expected are mean, deviation, background, framing",
        "{\"preprocessing\": {\"mean\": [0], \"deviation\": [1], \"background\": \"black\"}, \"nodes\": []}|preprocessing: \"background\" expects dark, light or mixed, got \"black\"",
        "{\"preprocessing\": {\"mean\": [0], \"deviation\": [1], \"background\": \"dark\", \"framing\": \"fit\"}, \"nodes\": []}|preprocessing: \"framing\" expects stretch, crop or digit, got \"fit\"",
        "{\"preprocessing\": {\"mean\": [0], \"deviation\": [0], \"background\": \"dark\"}, \"nodes\": []}|preprocessing: mean must be a number and deviation above 0, got 0.0 and 0.0 in channel 0",
        "{\"preprocessing\": {\"mean\": [\"x\"], \"deviation\": [0], \"background\": \"dark\"}, \"nodes\": []}|preprocessing: \"mean\" expects a list of numbers, got \"x\""
      })
  void read_wrongDescription_isRefused(String text, String message) throws IOException {
    refuses(text.replace("NL", "\n"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{}|node 2: \"layer\" is missing; add it, expected is a text",
        "{\"name\": \"last\"}|last: \"layer\" is missing; add it, expected is a text",
        "{\"name\": 5, \"layer\": \"relu\"}|node 2: \"name\" expects a text, got 5",
        "{\"layer\": \"convd2\"}|node 2: the layer \"convd2\" is unknown; register a layer of your own with CustomLayers.with(type, factory); did you mean \"conv2d\"? Expected are conv2d, conv_transpose2d, max_pool2d, avg_pool2d, zero_pad2d, global_avg_pool2d, global_max_pool2d, batch_norm2d, layer_norm, layer_norm2d, group_norm, local_response_norm, channel_affine, prelu, clip, elu, gelu, hard_sigmoid, hard_swish, leaky_relu, mish, relu, selu, sigmoid, silu, softplus, tanh, softmax, flatten, channel_shuffle, channel_slice, upsample2d, resize2d, dense, dropout, dropout2d, add, multiply, concat",
        "{\"layer\": \"relu\", \"input\": [\"relu1\"]}|relu2: \"input\" is unknown; did you mean \"inputs\"? Expected are name, layer, inputs",
        "{\"layer\": \"relu\", \"inputs\": \"relu1\"}|relu2: \"inputs\" expects a list of texts, got \"relu1\"",
        "{\"layer\": \"relu\", \"inputs\": [\"relu9\"]}|relu2: no node named \"relu9\" comes before it; it may use [input, relu1]",
        "{\"layer\": \"relu\", \"name\": \"relu1\"}|relu1: the name is taken; every node needs a name of its own",
        "{\"layer\": \"relu\", \"name\": \"a.b\"}|network: a node's name has letters, digits, _ and - only, got \"a.b\"",
        "{\"layer\": \"relu\", \"inputs\": [\"input\"]}|network: nothing uses the output of [relu1]; only the last node's may end the network",
        "{\"layer\": \"conv2d\", \"kernel\": 3}|conv1: \"filters\" is missing; add it, expected is a whole number from 1",
        "{\"layer\": \"conv2d\", \"filters\": 3}|conv1: \"kernel\" is missing; add it, expected is a whole number, or a list of two (height, width)",
        "{\"layer\": \"conv2d\", \"filters\": 0, \"kernel\": 3}|conv1: \"filters\" expects a whole number from 1, got 0",
        "{\"layer\": \"conv2d\", \"filters\": 2.5, \"kernel\": 3}|conv1: \"filters\" expects a whole number from 1, got 2.5",
        "{\"layer\": \"conv2d\", \"filters\": 1e9999, \"kernel\": 3}|conv1: \"filters\" expects a whole number from 1, got 1e9999",
        "{\"layer\": \"conv2d\", \"filter\": 2, \"kernel\": 3}|conv1: \"filter\" is unknown; did you mean \"filters\"? Expected are name, layer, inputs, filters, kernel, stride, padding, dilation, groups, bias",
        "{\"layer\": \"conv2d\", \"filters\": 2, \"kernel\": \"3\"}|conv1: \"kernel\" expects a whole number from 1 to 32767, got \"3\"",
        "{\"layer\": \"conv2d\", \"filters\": 2, \"kernel\": [3]}|conv1: \"kernel\" expects a whole number, or a list of two (height, width), got [3]",
        "{\"layer\": \"conv2d\", \"filters\": 2, \"kernel\": [3, 40000]}|conv1: \"kernel\" expects a whole number from 1 to 32767, got 40000",
        "{\"layer\": \"conv2d\", \"filters\": 2, \"kernel\": 3, \"padding\": [1, 1, 1]}|conv1: \"padding\" expects a whole number, a list of two (vertical, horizontal) or of four (top, left, bottom, right), got [1, 1, 1]",
        "{\"layer\": \"conv2d\", \"filters\": 2, \"kernel\": 3, \"padding\": -1}|conv1: \"padding\" expects a whole number from 0 to 32767, got -1",
        "{\"layer\": \"conv2d\", \"filters\": 2, \"kernel\": 3, \"bias\": 1}|conv1: \"bias\" expects true or false, got 1",
        "{\"layer\": \"conv2d\", \"filters\": 3, \"kernel\": 3, \"groups\": 2}|conv1: conv2d: filters and groups must be at least 1 and filters a multiple of groups, got 3 filters in 2 groups",
        "{\"layer\": \"conv2d\", \"filters\": 3, \"kernel\": 9}|conv1: conv2d kernel 9x9 does not fit into input 1x8x8; use a smaller kernel or more padding",
        "{\"layer\": \"max_pool2d\", \"kernel\": 2, \"groups\": 2}|pool1: \"groups\" is unknown; expected are name, layer, inputs, kernel, stride, padding, dilation, ceil_mode",
        "{\"layer\": \"avg_pool2d\", \"kernel\": 2, \"padding\": 2}|pool1: avg_pool2d: padding must be less than the kernel, got 2x2 stride 2 padding 2",
        "{\"layer\": \"dense\"}|dense1: \"outputs\" is missing; add it, expected is a whole number from 1, or \"classes\"",
        "{\"layer\": \"dense\", \"outputs\": \"labels\"}|dense1: \"outputs\" expects a whole number from 1, or \"classes\", got \"labels\"",
        "{\"layer\": \"dense\", \"outputs\": \"classes\"}|dense1: dense expects a row of features, got feature maps 1x8x8; put flatten before it",
        "{\"layer\": \"leaky_relu\", \"slope\": \"small\"}|leaky_relu1: \"slope\" expects a number, got \"small\"",
        "{\"layer\": \"elu\", \"alpha\": 1e99}|elu1: elu: alpha must be a finite number (1 is usual), got Infinity",
        "{\"layer\": \"silu\", \"approximate\": true}|silu1: \"approximate\" is unknown; expected are name, layer, inputs",
        "{\"layer\": \"clip\", \"min\": 2, \"max\": 1}|clip1: clip: min must be at most max, got min 2.0, max 1.0",
        "{\"layer\": \"group_norm\"}|gn1: \"groups\" is missing; add it, expected is a whole number from 1",
        "{\"layer\": \"layer_norm\", \"epsilon\": 0}|ln1: layer_norm: epsilon must be a number above 0 (1e-5 is usual), got 0.0",
        "{\"layer\": \"zero_pad2d\"}|pad1: \"padding\" is missing; add it, expected is a whole number, a list of two (vertical, horizontal) or of four (top, left, bottom, right)",
        "{\"layer\": \"upsample2d\", \"factor\": 0}|upsample1: \"factor\" expects a whole number from 1 to 32767, got 0",
        "{\"layer\": \"dropout2d\", \"rate\": 1}|dropout1: dropout2d: rate must be from 0 to below 1 (the share to drop), got 1.0",
        "{\"layer\": \"dropout\", \"rate\": 1}|dropout1: dropout: rate must be from 0 to below 1 (the share to drop), got 1.0",
        "{\"layer\": \"dropout\", \"rate\": true}|dropout1: \"rate\" expects a number from 0 to below 1, got true",
        "{\"layer\": \"batch_norm2d\", \"epsilon\": 1e-60}|bn1: batch_norm2d: epsilon must be a number above 0 (1e-5 is usual), got 0.0",
        "{\"layer\": \"batch_norm2d\", \"momentum\": \"1\"}|bn1: \"momentum\" expects a number from 0 to 1, got \"1\"",
        "{\"layer\": \"batch_norm2d\", \"eps\": 1}|bn1: \"eps\" is unknown; expected are name, layer, inputs, epsilon, momentum",
        "{\"layer\": \"add\"}|add1: add expects at least 2 inputs, got 1",
        "{\"layer\": \"flatten\", \"attributes\": {}}|flatten1: \"attributes\" is unknown; expected are name, layer, inputs"
      })
  void read_wrongNode_isRefusedNamingNodeAndKey(String node, String message) throws IOException {
    refuses("{\"nodes\": [{\"layer\": \"relu\"}, " + node + "]}", message);
  }

  @Test
  void graph_joinsThatDoubleEachTime_isRefusedBeforeMemoryIsFull() throws IOException {
    StringBuilder nodes = new StringBuilder("{\"layer\": \"flatten\", \"name\": \"c0\"}");
    for (int i = 1; i < 30; i++) {
      nodes.append(
          ", {\"layer\": \"concat\", \"name\": \"c%d\", \"inputs\": [\"c%d\", \"c%d\"]}"
              .formatted(i, i - 1, i - 1));
    }
    refuses(
        "{\"nodes\": [" + nodes + "]}",
        "c25: concat joins 2147483648 channels, too many to count; concat fewer");
  }

  @Test
  void graph_denselyConnectedNetwork_isNoSuchThing() throws IOException {
    StringBuilder nodes = new StringBuilder("{\"layer\": \"relu\", \"name\": \"c0\"}");
    for (int i = 1; i <= 40; i++) {
      nodes.append(
          ", {\"layer\": \"conv2d\", \"name\": \"n%d\", \"filters\": 2, \"kernel\": 1}, {\"layer\": \"concat\", \"name\": \"c%d\", \"inputs\": [\"c%d\", \"n%d\"]}"
              .formatted(i, i, i - 1, i));
    }
    assertThat(
            NetworkDescription.parse("{\"nodes\": [" + nodes + "]}")
                .graph(Shape.of(1, 8, 8), 10)
                .output())
        .isEqualTo(Shape.of(81, 8, 8));
  }
}
