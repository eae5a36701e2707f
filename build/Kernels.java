import io.fovea.kernel.vector.VectorKernels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes the class files of the usual micro-kernels into the classes of core: start-up, profilers
 * and native images meet ordinary classes, and no process makes them anew. Beside them their names
 * for GraalVM's native-image, which would leave out classes that are found by name
 * (docs/not-tried.md). Argument: that folder.
 */
public class Kernels {
  private static final String METADATA =
      "META-INF/native-image/io.fovea/fovea-core/reachability-metadata.json";

  public static void main(String[] arguments) throws IOException {
    Path classes = Path.of(arguments[0]);
    Map<String, byte[]> files = VectorKernels.classFiles();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      write(classes.resolve(file.getKey().replace('.', '/') + ".class"), file.getValue());
    }
    String metadata =
        files.keySet().stream()
            .map(
                "{\"type\":\"%s\",\"methods\":[{\"name\":\"<init>\",\"parameterTypes\":[]}]}"
                    ::formatted)
            .collect(Collectors.joining(",\n", "{\"reflection\":[\n", "\n]}\n"));
    write(classes.resolve(METADATA), metadata.getBytes(StandardCharsets.UTF_8));
  }

  private static void write(Path path, byte[] content) throws IOException {
    if (!Files.exists(path) || !Arrays.equals(Files.readAllBytes(path), content)) {
      Files.createDirectories(path.getParent());
      Files.write(path, content);
    }
  }
}
