package io.fovea.format.onnx.graph;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.fovea.format.onnx.proto.GraphProto;
import io.fovea.format.onnx.proto.ModelProto;
import io.fovea.format.onnx.proto.TensorProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model's protobuf message without the long values of its initializers, which stay in the file
 * until their arrays are made: they are most of a large model. The fields of a message may be in
 * any order, and concatenated fields are a message, so the fields before and after a value are a
 * valid message.
 *
 * @param model the message, its graph without initializers
 * @param initializers of the graph
 */
record ModelFile(ModelProto model, List<StoredInitializer> initializers) {
  /** Shorter values are read with the rest of the message. */
  private static final int LONG = 1 << 12;

  /**
   * A constant of the graph.
   *
   * @param tensor its message; without raw values if they are given separately
   */
  record StoredInitializer(TensorProto tensor, @Nullable RawBytes values) {}

  static ModelFile of(Path file) throws IOException {
    long size = Files.size(file);
    try (InputStream stream = Files.newInputStream(file)) {
      CodedInputStream in = CodedInputStream.newInstance(stream, 1 << 16);
      in.setSizeLimit(Integer.MAX_VALUE);
      ModelParser parser = new ModelParser(file, size, in);
      return parser.model();
    }
  }

  private record ModelParser(Path file, long size, CodedInputStream in) {
    ModelFile model() throws IOException {
      ByteString.Output rest = ByteString.newOutput();
      ByteString.Output graph = ByteString.newOutput();
      List<StoredInitializer> initializers = new ArrayList<>();
      boolean hasGraph = false;
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (isMessage(tag, ModelProto.GRAPH_FIELD_NUMBER)) {
          hasGraph = true;
          int outer = in.pushLimit(length());
          graph(graph, initializers);
          in.popLimit(outer);
        } else {
          copy(tag, rest);
        }
      }
      ModelProto.Builder model = ModelProto.newBuilder().mergeFrom(rest.toByteString());
      if (hasGraph) {
        model.setGraph(GraphProto.parseFrom(graph.toByteString()));
      }
      return new ModelFile(model.build(), initializers);
    }

    private void graph(ByteString.Output rest, List<StoredInitializer> initializers)
        throws IOException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (isMessage(tag, GraphProto.INITIALIZER_FIELD_NUMBER)) {
          int outer = in.pushLimit(length());
          initializers.add(initializer());
          in.popLimit(outer);
        } else {
          copy(tag, rest);
        }
      }
    }

    private StoredInitializer initializer() throws IOException {
      ByteString.Output rest = ByteString.newOutput();
      RawBytes values = null;
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (!isMessage(tag, TensorProto.RAW_DATA_FIELD_NUMBER)) {
          copy(tag, rest);
          continue;
        }
        int length = length();
        if (length >= LONG) {
          values = RawBytes.of(file, in.getTotalBytesRead(), length);
          in.skipRawBytes(length);
        } else {
          values = RawBytes.of(ByteString.copyFrom(in.readRawBytes(length)).asReadOnlyByteBuffer());
        }
      }
      return new StoredInitializer(TensorProto.parseFrom(rest.toByteString()), values);
    }

    private static boolean isMessage(int tag, int field) {
      return WireFormat.getTagFieldNumber(tag) == field
          && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    /**
     * A length, checked against the rest of the file, since a stream may be skipped past its end.
     */
    private int length() throws IOException {
      int length = in.readRawVarint32();
      if (length < 0 || length > size - in.getTotalBytesRead()) {
        throw damaged();
      }
      return length;
    }

    private void copy(int tag, ByteString.Output to) throws IOException {
      CodedOutputStream out = CodedOutputStream.newInstance(to, 64);
      out.writeUInt32NoTag(tag);
      switch (WireFormat.getTagWireType(tag)) {
        case WireFormat.WIRETYPE_VARINT -> out.writeUInt64NoTag(in.readRawVarint64());
        case WireFormat.WIRETYPE_FIXED64 -> out.writeFixed64NoTag(in.readRawLittleEndian64());
        case WireFormat.WIRETYPE_FIXED32 -> out.writeFixed32NoTag(in.readRawLittleEndian32());
        case WireFormat.WIRETYPE_LENGTH_DELIMITED ->
            out.writeByteArrayNoTag(in.readRawBytes(length()));
        default -> throw damaged(); // groups, which ONNX never had
      }
      out.flush();
    }

    private static InvalidProtocolBufferException damaged() {
      return new InvalidProtocolBufferException("the message is damaged");
    }
  }
}
