package io.fovea.spark.ring;

import static io.fovea.spark.ring.Rings.SECRET;
import static io.fovea.spark.ring.Rings.config;
import static io.fovea.spark.ring.Rings.failure;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.spark.Proxy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody between two workers can read and change. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT) // beside the classes with a Spark context
class SealedConnectionTest {
  private static final int FLOATS = 1_000;
  private static final float GRADIENT = 1234.5677f;

  /** Two workers, whose sums pass two proxies; each returns its first number. */
  private static List<Future<Float>> sums(ExecutorService threads, List<Proxy> between)
      throws IOException {
    return sums(threads, between, (number, record, out) -> out.write(record));
  }

  private static List<Future<Float>> sums(
      ExecutorService threads, List<Proxy> between, Proxy.Change change) throws IOException {
    List<ServerSocket> doors = Rings.doors(2);
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (int rank = 0; rank < 2; rank++) {
      Proxy.Change what = rank == 0 ? change : (number, record, out) -> out.write(record);
      between.add(new Proxy(doors.get(rank).getLocalPort(), what));
      addresses.add(new InetSocketAddress("localhost", between.get(rank).port()));
    }
    return Rings.start(
        doors,
        addresses,
        config -> config,
        threads,
        ring -> {
          float[] gradients = new float[FLOATS];
          Arrays.fill(gradients, GRADIENT);
          ring.sum(gradients, 0, FLOATS);
          return gradients[0];
        });
  }

  /** Three neighbouring numbers, as they would be in a message. */
  private static String plain(float value) {
    ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    return text(bytes.putFloat(value).putFloat(value).putFloat(value).array());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  @Test
  void sums_onTheWire_areNotReadable() throws Exception {
    List<Proxy> between = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (Future<Float> worker : sums(threads, between)) {
        assertThat(worker.get()).isEqualTo(2 * GRADIENT);
      }
    }
    for (Proxy proxy : between) {
      String seen = text(proxy.seen());
      assertThat(seen).hasSizeGreaterThan(FLOATS * Float.BYTES); // half of them, twice
      assertThat(seen).doesNotContain(plain(GRADIENT), plain(2 * GRADIENT));
      Set<String> blocks = new HashSet<>();
      for (int at = 0; at + 16 <= seen.length(); at++) {
        blocks.add(seen.substring(at, at + 16));
      }
      assertThat(blocks).as("equal numbers have other bytes").hasSize(seen.length() - 15);
      proxy.close();
    }
  }

  /** Ten records of a sum, then those of its result. */
  @ParameterizedTest
  @ValueSource(
      strings = {"content", "tag", "shorter", "too long", "empty", "repeated", "left out", "order"})
  void sum_changedOnTheWay_isRefused(String what) throws Exception {
    byte[][] held = new byte[1][];
    Proxy.Change change =
        (number, record, out) -> {
          byte[] other = record.clone();
          if (number != 3 && (number != 4 || held[0] == null)) {
            out.write(record);
            return;
          }
          if (number == 4) {
            out.write(record);
            out.write(held[0]);
            return;
          }
          switch (what) {
            case "content" -> other[10] ^= 1;
            case "tag" -> other[other.length - 1] ^= 1;
            case "shorter" -> other[3] = (byte) (other[3] - 4);
            case "too long" -> other[0] = 1;
            case "empty" -> Arrays.fill(other, 0, 4, (byte) 0);
            case "repeated" -> out.write(record);
            case "order" -> held[0] = record;
            default -> {}
          }
          if (!Set.of("left out", "order").contains(what)) {
            out.write(other);
          }
        };
    List<Proxy> between = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      RingException refused = failure(sums(threads, between, change).getFirst());
      assertThat(refused.kind()).isEqualTo(RingException.Kind.FOREIGN);
      assertThat(refused.peer()).isEqualTo(1);
      assertThat(refused)
          .hasMessage(
              "ring: worker 0 got something else than the next message of worker 1: it was changed, repeated, left out or reordered on the way; check what is between the two");
    }
  }

  /** RFC 5869 and SP 800-38D, with no code of ours but what passes. */
  @Test
  void record_isAesGcmUnderAKeyByHkdf() throws Exception {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    byte[] caller = {1, 2, 3};
    byte[] host = {4, 5};
    byte[] secret = "a secret of this test".getBytes(UTF_8);
    try (SealedOutput out =
        new SealedOutput(
            wire, new RecordCipher(new Secret(secret).key("ring", 1, 0, caller, host), true))) {
      out.write("first".getBytes(UTF_8));
      out.flush();
      out.write("second".getBytes(UTF_8));
    }
    byte[] extracted = hmac(new byte[] {1, 2, 3, 4, 5}, secret);
    byte[] info = "ring from 1 to 0\1".getBytes(UTF_8);
    SecretKeySpec key = new SecretKeySpec(hmac(extracted, info), 0, 16, "AES");
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(wire.toByteArray()));
    for (Map.Entry<Integer, String> each : List.of(Map.entry(0, "first"), Map.entry(1, "second"))) {
      byte[] head = in.readNBytes(4);
      byte[] nonce = ByteBuffer.allocate(12).putLong(4, each.getKey()).array();
      Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
      gcm.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(128, nonce));
      gcm.updateAAD(head);
      byte[] sealed = in.readNBytes(ByteBuffer.wrap(head).getInt() + 16);
      assertThat(new String(gcm.doFinal(sealed), UTF_8)).isEqualTo(each.getValue());
    }
    assertThat(in.read()).isEqualTo(-1);
  }

  private static byte[] hmac(byte[] key, byte[] text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text);
  }

  @Test
  void keys_differByDirectionRoleAndChallenge() {
    byte[] one = {1};
    byte[] two = {2};
    Set<String> keys = new HashSet<>();
    keys.add(text(SECRET.key("ring", 0, 1, one, two).getEncoded()));
    keys.add(text(SECRET.key("ring", 1, 0, one, two).getEncoded()));
    keys.add(text(SECRET.key("driver", 0, 1, one, two).getEncoded()));
    keys.add(text(SECRET.key("ring", 0, 1, two, two).getEncoded()));
    keys.add(text(SECRET.key("ring", 0, 1, one, one).getEncoded()));
    keys.add(text(Secret.fresh().key("ring", 0, 1, one, two).getEncoded()));
    assertThat(keys).hasSize(6);
  }

  /** As messages of a large chunk are, and what a stream may be asked for. */
  @Test
  void stream_ofMoreThanARecord_arrives() throws Exception {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    byte[] many = new byte[3 * SealedConnection.MOST + 5];
    for (int i = 0; i < many.length; i++) {
      many[i] = (byte) ((i * 31) >> 3);
    }
    try (SealedOutput out = new SealedOutput(wire, cipher(true))) {
      out.write(7);
      out.write(many, 0, many.length);
      out.flush();
      out.flush(); // nothing to send
    }
    SealedInput in =
        new SealedInput(
            new ByteArrayInputStream(wire.toByteArray()),
            cipher(false),
            IllegalStateException::new);
    assertThat(in.read(new byte[0], 0, 0)).isZero();
    assertThat(in.read()).isEqualTo(7);
    assertThat(in.readAllBytes()).isEqualTo(many);
    assertThat(in.read()).isEqualTo(-1);
  }

  private static RecordCipher cipher(boolean encrypts) {
    return new RecordCipher(new SecretKeySpec(new byte[16], "AES"), encrypts);
  }
}
