package io.fovea.spark.train;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.fovea.network.Network;
import io.fovea.spark.Digits;
import io.fovea.spark.Proxy;
import io.fovea.spark.SerializedModel;
import io.fovea.spark.ring.Handshake;
import io.fovea.spark.ring.SealedConnection;
import io.fovea.spark.ring.Secret;
import io.fovea.train.Checkpoint;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Trainer;
import io.fovea.train.Training;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged and overlong reports of a worker that has passed the handshake. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
@Execution(ExecutionMode.CONCURRENT) // beside the classes with a Spark context
class DriverEndpointTest {
  private static final Secret SECRET = Secret.fresh();

  private final Network network = Recipe.pooled();
  private final TrainingProgress progress = new TrainingProgress(network, List.of(), 2);
  private volatile boolean changes;
  private DriverEndpoint endpoint;
  private Proxy proxy;
  private Socket socket;
  private DataInputStream in;
  private DataOutputStream out;

  @BeforeEach
  void connect() throws IOException {
    endpoint = new DriverEndpoint("localhost", 1, SECRET, SerializedModel.of(network), progress);
    proxy = new Proxy(endpoint.port(), (number, record, out) -> out.write(changed(record)));
    socket = new Socket("localhost", proxy.port());
    SealedConnection driver =
        Handshake.call(socket, Reporter.ROLE, 1, Reporter.DRIVER, SECRET, 5_000);
    in = new DataInputStream(driver.input());
    out = new DataOutputStream(driver.output());
    assertThat(ReportBytes.file(in)).isEqualTo(SerializedModel.of(network));
  }

  @AfterEach
  void close() throws IOException {
    socket.close();
    proxy.close();
    endpoint.close();
  }

  private byte[] changed(byte[] record) {
    record[5] ^= (byte) (changes ? 1 : 0);
    return record;
  }

  /** The driver's answer to what was written. */
  private String answer() throws IOException {
    out.flush();
    return in.readUTF();
  }

  private void assertRefused(String message) throws IOException {
    out.flush();
    assertThat(in.read()).as("the connection is closed").isEqualTo(-1);
    endpoint.close(); // waits for what is still handled
    assertThat(endpoint.workerFailures())
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.consequence()).isEqualTo(WorkerFailure.Consequence.FAILED);
              assertThat(failure.text())
                  .startsWith("spark-train: worker 1 sent a damaged report: ")
                  .contains(message);
            });
  }

  @Test
  void report_unknown_isTheReasonForARestart() throws IOException {
    out.writeUTF("STAPPED");
    assertRefused("No enum constant io.fovea.spark.train.Reporter.Event.STAPPED");
  }

  @Test
  void report_changedOnTheWay_isTheReasonForARestart() throws IOException {
    changes = true;
    out.writeUTF("STEP");
    assertRefused("driver: the driver got something else than the next message of worker 1");
  }

  @Test
  void checkpoint_onTheWire_isNotReadable() throws IOException {
    byte[] good = checkpoint();
    step(2);
    ReportBytes.write(out, good);
    assertThat(answer()).isEqualTo("GO_ON");
    String seen = new String(proxy.seen(), ISO_8859_1);
    assertThat(seen).hasSizeGreaterThan(good.length).doesNotContain("STEP", "__metadata__");
    assertThat(new String(good, ISO_8859_1)).contains("__metadata__");
  }

  /** Strangers who say nothing take the places of each other, not that of a worker. */
  @Test
  void callers_moreThanTheEndpointKeeps_displaceTheFirst() throws IOException {
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < DriverEndpoint.STRANGERS + 2; i++) {
      silent.add(new Socket("localhost", endpoint.port()));
    }
    silent.getFirst().setSoTimeout(5_000); // half of a handshake
    assertThat(silent.getFirst().getInputStream().read()).isEqualTo(-1);
    out.writeUTF("STEP");
    ReportBytes.write(out, new StepReport(1, 1, 1, 10, 1, 1, 0, 0.1, 100));
    assertThat(answer()).isEqualTo("GO_ON");
    for (Socket each : silent) {
      each.close();
    }
  }

  /** The bytes of the state after one step. */
  private byte[] checkpoint() {
    List<Checkpoint> one = new ArrayList<>();
    Trainer trainer = Trainer.of(network.copy()).threads(1);
    Recipe.apply(trainer);
    trainer
        .until(1)
        .listener(
            new Listener() {
              @Override
              public void onStep(Training training, StepReport step) {
                one.add(training.checkpoint());
              }
            })
        .fit(Digits.train());
    return SerializedModel.of(one.getFirst(), network);
  }

  /** Says that a step with a checkpoint is done, and waits until the driver asks for it. */
  private void step(int number) throws IOException {
    out.writeUTF("STEP");
    ReportBytes.write(out, new StepReport(number, 1, number, 10, 1, 1, 0, 0.1, 100));
    assertThat(answer()).isEqualTo("CHECKPOINT");
  }

  @Test
  void checkpoint_damaged_leavesTheOneBefore() throws IOException {
    byte[] good = checkpoint();
    step(2);
    ReportBytes.write(out, good);
    assertThat(answer()).isEqualTo("GO_ON");
    step(4);
    byte[] damaged = good.clone();
    Arrays.fill(damaged, 8, 200, (byte) 'x'); // in its header
    ReportBytes.write(out, damaged);
    assertThat(answer()).isEqualTo("GIVE_UP");
    assertRefused("cannot be written to or read from the temporary folder");
    assertThat(progress.latest()).isEqualTo(good);
    assertThat(progress.lastStep()).isEqualTo(1);
  }

  /** Such as with a full disk: the driver neither waits for the file nor misses the reason. */
  @Test
  void checkpoint_thatCannotBeMade_isTheReasonForARestart() throws IOException {
    step(2);
    out.writeInt(-1);
    assertThat(answer()).isEqualTo("GIVE_UP");
    out.writeUTF("FAILURE");
    WorkerFailure full =
        new WorkerFailure(1, WorkerFailure.Consequence.FAILED, "", "the disk is full");
    full.write(out);
    assertThat(answer()).isEqualTo("GO_ON");
    assertThat(endpoint.workerFailures()).containsExactly(full);
  }

  /** A gigabyte is claimed, and three bytes come. */
  @Test
  void file_overlong_takesNoMoreMemoryThanItsBytes() {
    byte[] claim = ByteBuffer.allocate(7).putInt(1 << 30).array();
    DataInputStream three = new DataInputStream(new ByteArrayInputStream(claim));
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = thread.getCurrentThreadAllocatedBytes();
    assertThatThrownBy(() -> ReportBytes.file(three))
        .isInstanceOf(EOFException.class)
        .hasMessage("3 of 1073741824 bytes of a file");
    assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, (1 << 30) + 1, Integer.MAX_VALUE})
  void file_ofAnImpossibleLength_isRefused(int length) {
    byte[] claim = ByteBuffer.allocate(4).putInt(length).array();
    DataInputStream none = new DataInputStream(new ByteArrayInputStream(claim));
    assertThatThrownBy(() -> ReportBytes.file(none)).hasMessage("a file of %d bytes", length);
  }
}
