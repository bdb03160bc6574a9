import protobuf from "protobufjs/light.js";

/**
 * The messages of onnx.proto3 that we write and read, with their field numbers (ONNX 1.19, Apache-2.0).
 * protobufjs does the encoding; only this table is ours. See decisions/0003-writing-onnx.md.
 */
const field = (id: number, type: string, rule?: "repeated"): { id: number; type: string; rule?: "repeated" } =>
  rule === undefined ? { id, type } : { id, type, rule };

const root = protobuf.Root.fromJSON({
  nested: {
    StringStringEntryProto: { fields: { key: field(1, "string"), value: field(2, "string") } },
    Dimension: { fields: { dimValue: field(1, "int64"), dimParam: field(2, "string") } },
    TensorShapeProto: { fields: { dim: field(1, "Dimension", "repeated") } },
    TensorTypeProto: { fields: { elemType: field(1, "int32"), shape: field(2, "TensorShapeProto") } },
    TypeProto: { fields: { tensorType: field(1, "TensorTypeProto") } },
    ValueInfoProto: { fields: { name: field(1, "string"), type: field(2, "TypeProto") } },
    TensorProto: {
      fields: {
        dims: field(1, "int64", "repeated"),
        dataType: field(2, "int32"),
        floatData: field(4, "float", "repeated"),
        int32Data: field(5, "int32", "repeated"),
        int64Data: field(7, "int64", "repeated"),
        name: field(8, "string"),
        rawData: field(9, "bytes"),
      },
    },
    AttributeProto: {
      fields: {
        name: field(1, "string"),
        f: field(2, "float"),
        i: field(3, "int64"),
        s: field(4, "bytes"),
        t: field(5, "TensorProto"),
        floats: field(7, "float", "repeated"),
        ints: field(8, "int64", "repeated"),
        type: field(20, "int32"),
      },
    },
    NodeProto: {
      fields: {
        input: field(1, "string", "repeated"),
        output: field(2, "string", "repeated"),
        name: field(3, "string"),
        opType: field(4, "string"),
        attribute: field(5, "AttributeProto", "repeated"),
        domain: field(7, "string"),
      },
    },
    GraphProto: {
      fields: {
        node: field(1, "NodeProto", "repeated"),
        name: field(2, "string"),
        initializer: field(5, "TensorProto", "repeated"),
        input: field(11, "ValueInfoProto", "repeated"),
        output: field(12, "ValueInfoProto", "repeated"),
      },
    },
    OperatorSetIdProto: { fields: { domain: field(1, "string"), version: field(2, "int64") } },
    ModelProto: {
      fields: {
        irVersion: field(1, "int64"),
        producerName: field(2, "string"),
        producerVersion: field(3, "string"),
        graph: field(7, "GraphProto"),
        opsetImport: field(8, "OperatorSetIdProto", "repeated"),
        metadataProps: field(14, "StringStringEntryProto", "repeated"),
      },
    },
  },
});

export const ModelProto: protobuf.Type = root.lookupType("ModelProto");
export const TensorProto: protobuf.Type = root.lookupType("TensorProto");

/** TensorProto.DataType */
export const DATA_TYPE = { float: 1, int32: 6, int64: 7 } as const;
/** AttributeProto.AttributeType */
export const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, floats: 6, ints: 7 } as const;
