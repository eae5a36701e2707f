package io.fovea.format.tensors;

import io.fovea.format.FormatException;
import io.fovea.format.json.StrictJson;
import io.fovea.format.message.Quotation;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The header of a safetensors file, checked: shapes agree with offsets, and the tensors cover the
 * data without holes or overlaps, as the reference implementation of the format demands. Nothing is
 * allocated by a size that only the header states.
 *
 * @param metadata the texts under {@code __metadata__}
 * @param tensors by name, in the order of the data
 */
record SafeTensorsHeader(Map<String, String> metadata, Map<String, TensorEntry> tensors) {
  static final String METADATA = "__metadata__";
  static final String DAMAGED = "; the file is damaged, fetch or write it again";

  /**
   * Reads a header.
   *
   * @param place the file and operation, for messages
   * @param dataLength the bytes behind the header
   */
  static SafeTensorsHeader parse(String place, byte[] header, long dataLength)
      throws FormatException {
    String text;
    try {
      text = StrictJson.decode(header);
    } catch (CharacterCodingException invalid) {
      throw new FormatException(
          "%s: the header must be text in UTF-8, got other bytes; this is no safetensors file, or it is damaged"
              .formatted(place),
          invalid);
    }
    try (JsonParser parser = StrictJson.parser(text)) {
      return new HeaderParser(place, parser).header(dataLength);
    } catch (JacksonException malformed) {
      throw new FormatException(
          place + ": the header is not valid JSON, " + StrictJson.reason(malformed) + DAMAGED,
          malformed);
    }
  }

  private record HeaderParser(String place, JsonParser parser) {
    SafeTensorsHeader header(long dataLength) throws FormatException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw damaged("the header must be a JSON object, got something else");
      }
      Map<String, String> metadata = new LinkedHashMap<>();
      List<TensorEntry> entries = new ArrayList<>();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        if (name.equals(METADATA)) {
          readMetadata(metadata);
        } else {
          entries.add(tensor(name));
        }
      }
      if (parser.nextToken() != null) {
        throw damaged("the header must end behind its JSON object, got more text");
      }
      checkCover(entries, dataLength);
      Map<String, TensorEntry> tensors = new LinkedHashMap<>();
      entries.forEach(entry -> tensors.put(entry.name(), entry));
      return new SafeTensorsHeader(metadata, tensors);
    }

    private void readMetadata(Map<String, String> metadata) throws FormatException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw damaged(METADATA + " must be an object of texts");
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String key = parser.currentName();
        if (parser.nextToken() != JsonToken.VALUE_STRING) {
          throw damaged(METADATA + " " + Quotation.of(key) + " must be a text");
        }
        metadata.put(key, parser.getString());
      }
    }

    private TensorEntry tensor(String name) throws FormatException {
      String tensor = "tensor " + Quotation.of(name);
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw damaged(tensor + " must have an object of dtype, shape and data_offsets");
      }
      DataType type = null;
      List<Long> shape = null;
      List<Long> offsets = null;
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String key = parser.currentName();
        parser.nextToken();
        switch (key) {
          case "dtype" -> type = dataType(tensor);
          case "shape" -> shape = wholes(tensor + ": shape", TensorEntry.HIGHEST_RANK);
          case "data_offsets" -> offsets = wholes(tensor + ": data_offsets", 2);
          default ->
              throw damaged(
                  "%s must have only dtype, shape and data_offsets, got %s"
                      .formatted(tensor, Quotation.of(key)));
        }
      }
      if (type == null || shape == null || offsets == null || offsets.size() != 2) {
        throw damaged(tensor + " must have a dtype, a shape and two data_offsets");
      }
      TensorEntry entry =
          new TensorEntry(name, type, List.copyOf(shape), offsets.getFirst(), offsets.getLast());
      checkLength(tensor, entry);
      return entry;
    }

    private DataType dataType(String tensor) throws FormatException {
      String name = parser.getString();
      return DataType.named(name)
          .orElseThrow(
              () ->
                  new FormatException(
                      "%s: %s has the unknown dtype %s; known are %s"
                          .formatted(
                              place,
                              tensor,
                              Quotation.of(name),
                              String.join(", ", DataType.names()))));
    }

    /** A list of integers from 0. */
    private List<Long> wholes(String what, int most) throws FormatException {
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        throw damaged(what + " must be a list of whole numbers");
      }
      List<Long> numbers = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        numbers.add(whole(what));
        if (numbers.size() > most) {
          throw damaged(what + " may have at most " + most + " numbers");
        }
      }
      return numbers;
    }

    private long whole(String what) throws FormatException {
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
        throw damaged(what + " must have whole numbers only");
      }
      String digits = parser.getString();
      long number;
      try {
        number = Long.parseLong(digits);
      } catch (NumberFormatException tooLarge) {
        number = -1;
      }
      if (number < 0) {
        throw damaged(
            "%s must have numbers from 0 to 9223372036854775807, got %s"
                .formatted(what, Quotation.name(digits)));
      }
      return number;
    }

    /** Checks that the offsets cover exactly the bytes that type and shape need. */
    private void checkLength(String tensor, TensorEntry entry) throws FormatException {
      if (entry.begin() > entry.end()) {
        throw damaged(
            "%s must begin before it ends, got data_offsets %d and %d"
                .formatted(tensor, entry.begin(), entry.end()));
      }
      long bits;
      try {
        long elements = 1;
        for (long size : entry.sizes()) {
          elements = Math.multiplyExact(elements, size);
        }
        bits = Math.multiplyExact(elements, (long) entry.type().bits());
      } catch (ArithmeticException overflow) {
        throw damaged(tensor + " is larger than any file can be, got shape " + entry.shapeText());
      }
      long length = entry.end() - entry.begin();
      if (bits % 8 != 0 || bits / 8 != length) {
        throw damaged(
            "%s needs %s for shape %s of %s, got data_offsets over %s"
                .formatted(
                    tensor,
                    bits % 8 == 0 ? bytes(bits / 8) : bits + " bits (no whole bytes)",
                    entry.shapeText(),
                    entry.type(),
                    bytes(length)));
      }
    }

    private void checkCover(List<TensorEntry> entries, long dataLength) throws FormatException {
      // By the end, too: an empty tensor begins where another one does.
      entries.sort(
          Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end));
      long covered = 0;
      String last = "";
      for (TensorEntry entry : entries) {
        String tensor = "tensor " + Quotation.of(entry.name());
        if (entry.end() > dataLength) {
          throw damaged(
              "%s ends at byte %d, but there are only %s of data"
                  .formatted(tensor, entry.end(), bytes(dataLength)));
        }
        if (entry.begin() < covered) {
          throw damaged(tensor + " overlaps " + last);
        }
        if (entry.begin() > covered) {
          throw damaged(
              "%s of data before %s belong to no tensor"
                  .formatted(bytes(entry.begin() - covered), tensor));
        }
        covered = entry.end();
        last = tensor;
      }
      if (covered < dataLength) {
        throw damaged(bytes(dataLength - covered) + " at the end of the data belong to no tensor");
      }
    }

    private static String bytes(long count) {
      return count == 1 ? "1 byte" : count + " bytes";
    }

    private FormatException damaged(String what) {
      return new FormatException(place + ": " + what + DAMAGED);
    }
  }
}
