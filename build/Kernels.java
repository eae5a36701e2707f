import io.fovea.kernel.vector.VectorKernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes the class files of the usual micro-kernels into the classes of core: start-up, profilers
 * and native images meet ordinary classes, and no process makes them anew. Argument: that folder.
 */
public class Kernels {
  public static void main(String[] arguments) throws IOException {
    Path classes = Path.of(arguments[0]);
    for (Map.Entry<String, byte[]> file : VectorKernels.classFiles().entrySet()) {
      Path path = classes.resolve(file.getKey().replace('.', '/') + ".class");
      if (!Files.exists(path) || !Arrays.equals(Files.readAllBytes(path), file.getValue())) {
        Files.write(path, file.getValue());
      }
    }
  }
}
