/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.starling.protocol.flow.FlowServerMessage.AnalyticsData;
import dev.starling.protocol.flow.FlowServerMessage.AnalyticsPerformance;
import dev.starling.protocol.flow.FlowServerMessage.Anomaly;
import dev.starling.protocol.flow.FlowServerMessage.AnomalyContext;
import dev.starling.protocol.flow.FlowServerMessage.AnomalyDetected;
import dev.starling.protocol.flow.FlowServerMessage.GpuAnalytics;
import dev.starling.protocol.json.JsonOutput;
import java.io.IOException;

/** What analyses find, as JSON. Stateless. */
final class AnalyticsWriter {
  private AnalyticsWriter() {}

  static void analytics(JsonGenerator json, GpuAnalytics one) throws IOException {
    json.writeStringField("operation", one.operation());
    json.writeStringField("algorithm", one.algorithm());
    json.writeStringField("status", one.status());
    JsonOutput.number(json, "progress", one.progress());
    data(json, one.data());
    performance(json, one.performance());
    json.writeStringField("backend", one.backend());
  }

  private static void data(JsonGenerator json, AnalyticsData data) throws IOException {
    json.writeObjectFieldStart("data");
    JsonOutput.number(json, "clustersFound", data.clustersFound());
    JsonOutput.number(json, "currentIteration", data.currentIteration());
    JsonOutput.number(json, "maxIterations", data.maxIterations());
    JsonOutput.number(json, "modularity", data.modularity());
    JsonOutput.number(json, "gpuUtilization", data.gpuUtilization());
    json.writeStringField("memoryUsage", data.memoryUsage());
    JsonOutput.instant(json, "estimatedCompletion", data.estimatedCompletion());
    json.writeEndObject();
  }

  private static void performance(JsonGenerator json, AnalyticsPerformance performance)
      throws IOException {
    json.writeObjectFieldStart("performance");
    JsonOutput.number(json, "kernelExecutions", performance.kernelExecutions());
    JsonOutput.number(json, "avgKernelTime", performance.avgKernelTime());
    json.writeStringField("throughput", performance.throughput());
    json.writeEndObject();
  }

  static void anomaly(JsonGenerator json, AnomalyDetected one) throws IOException {
    json.writeStringField("method", one.method());
    anomaly(json, one.anomaly());
    context(json, one.context());
  }

  private static void anomaly(JsonGenerator json, Anomaly anomaly) throws IOException {
    json.writeObjectFieldStart("anomaly");
    json.writeStringField("nodeId", anomaly.nodeId());
    JsonOutput.number(json, "score", anomaly.score());
    JsonOutput.number(json, "confidence", anomaly.confidence());
    JsonOutput.raw(json, "features", anomaly.features());
    json.writeStringField("severity", anomaly.severity());
    json.writeEndObject();
  }

  private static void context(JsonGenerator json, AnomalyContext context) throws IOException {
    json.writeObjectFieldStart("context");
    JsonOutput.number(json, "totalNodes", context.totalNodes());
    JsonOutput.number(json, "anomaliesFound", context.anomaliesFound());
    JsonOutput.number(json, "detectionTime", context.detectionTime());
    json.writeEndObject();
  }
}
