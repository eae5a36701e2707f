package io.fovea.format.onnx.graph;

import com.google.protobuf.ByteString;
import io.fovea.format.FormatException;
import io.fovea.format.message.Quotation;
import io.fovea.format.onnx.proto.AttributeProto;

/**
 * Converts attributes of nodes from and to protobuf messages.
 *
 * @param place the file and the node, for messages
 * @param beside the location of external data
 */
record AttributeProtos(String place, ExternalData beside) {
  private static final int FLOAT = 1;
  private static final int INT = 2;
  private static final int STRING = 3;
  private static final int TENSOR = 4;
  private static final int GRAPH = 5;
  private static final int FLOATS = 6;
  private static final int INTS = 7;
  private static final int STRINGS = 8;

  Attribute read(AttributeProto attribute) throws FormatException {
    if (!attribute.getRefAttrName().isEmpty()) {
      return new Attribute.Unread("a reference to an attribute of a function");
    }
    int kind = kind(attribute);
    return switch (kind) {
      case FLOAT -> new Attribute.FloatValue(attribute.getF());
      case INT -> new Attribute.IntValue(attribute.getI());
      case STRING -> new Attribute.StringValue(attribute.getS().toStringUtf8());
      case TENSOR ->
          new Attribute.TensorValue(
              TensorProtos.read(
                  attribute.getT(),
                  place + ": attribute " + Quotation.of(attribute.getName()),
                  beside));
      case GRAPH -> new Attribute.Unread("a graph");
      case FLOATS -> new Attribute.Floats(attribute.getFloatsList());
      case INTS -> new Attribute.Ints(attribute.getIntsList());
      case STRINGS ->
          new Attribute.Strings(
              attribute.getStringsList().stream().map(ByteString::toStringUtf8).toList());
      default -> new Attribute.Unread("kind " + kind);
    };
  }

  /** The kind of an attribute; the oldest files do not state it, and have only one field. */
  private static int kind(AttributeProto attribute) {
    if (attribute.getType() != 0) {
      return attribute.getType();
    }
    if (attribute.hasF()) {
      return FLOAT;
    }
    if (attribute.hasI()) {
      return INT;
    }
    if (attribute.hasS()) {
      return STRING;
    }
    if (attribute.hasT()) {
      return TENSOR;
    }
    if (attribute.hasG()) {
      return GRAPH;
    }
    if (attribute.getFloatsCount() > 0) {
      return FLOATS;
    }
    return attribute.getStringsCount() > 0 ? STRINGS : INTS;
  }

  static AttributeProto write(String name, Attribute attribute) {
    AttributeProto.Builder proto = AttributeProto.newBuilder().setName(name);
    switch (attribute) {
      case Attribute.FloatValue real -> proto.setType(FLOAT).setF(real.value());
      case Attribute.IntValue whole -> proto.setType(INT).setI(whole.value());
      case Attribute.StringValue text ->
          proto.setType(STRING).setS(ByteString.copyFromUtf8(text.value()));
      case Attribute.TensorValue tensor ->
          proto.setType(TENSOR).setT(TensorProtos.write("", tensor.value()));
      case Attribute.Floats floats -> proto.setType(FLOATS).addAllFloats(floats.values());
      case Attribute.Ints ints -> proto.setType(INTS).addAllInts(ints.values());
      case Attribute.Strings strings -> {
        proto.setType(STRINGS);
        strings.values().forEach(text -> proto.addStrings(ByteString.copyFromUtf8(text)));
      }
      case Attribute.Unread unread ->
          throw new IllegalArgumentException(
              "attribute %s is %s, which cannot be written"
                  .formatted(Quotation.of(name), unread.kind()));
    }
    return proto.build();
  }
}
