// Bars and lines on a grid, drawn as SVG: all that the statistics page shows.
import { init, use } from "echarts/core";
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, AriaComponent, SVGRenderer]);

export { init };
