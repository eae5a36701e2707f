package io.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.http.AccessLog;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class FullHeapTest {
  @Test
  void requests_whileTheHeapIsFull_get503WithTheHeapToSet_andTheServerLives() throws IOException {
    AtomicBoolean full = new AtomicBoolean(true);
    try (Served served =
        new Served(
            Served.LIMITS,
            "",
            AccessLog.none(),
            (images, nanoseconds) -> {
              if (full.get()) {
                throw new OutOfMemoryError("Java heap space");
              }
            })) {
      String tensor =
          """
          {"inputs":[{"name":"input","datatype":"FP32","shape":[1,1,6,5],"data":%s}]}"""
              .formatted(Arrays.toString(new float[30]));
      for (String answer :
          new String[] {
            served.post(Served.png(1)),
            served.raw(
                served.head("POST /v2/models/pets/infer", "Content-Length: " + tensor.length())
                    + tensor)
          }) {
        assertThat(Served.status(answer)).as(answer).isEqualTo(503);
        assertThat(answer).contains("Retry-after: 1");
        assertThat(Served.body(answer))
            .isEqualTo(
                "{\"error\":\"serve: out of memory: the heap has at most %d MB, the models alone need 77; send smaller pictures, try again later, or start the server with a larger -Xmx\"}"
                    .formatted(Runtime.getRuntime().maxMemory() >> 20));
      }
      full.set(false);
      assertThat(Served.status(served.post(Served.png(1)))).isEqualTo(200);
    }
  }
}
