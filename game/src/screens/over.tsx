import { known, type LastRun, type Model } from "../model/model";
import type { Played } from "../server/answers";
import { OVER } from "../words/screens";
import { isNothing, shown } from "./amount";
import { Badge } from "./parts/badge";
import { Button } from "./parts/button";
import { Coin } from "./parts/coin";
import { CountUp } from "./parts/count-up";
import { Icon } from "./parts/icon";
import { Network } from "./parts/network";
import { PlayButton } from "./parts/play-button";
import { Spinner } from "./parts/spinner";
import "./over.css";

export function Over({ model }: { model: Model }) {
  const last = model.last.value;
  const { go, share } = model.actions;
  return (
    <main class="over-picture over">
      <section class="sheet">
        <h1 tabIndex={-1}>{OVER.title}</h1>
        <div class="told">
          <Network model={model} />
          {last && <Score model={model} last={last} />}
          <div role="status" class="report">
            {last && <Report model={model} report={last.report} />}
          </div>
        </div>
        <PlayButton model={model} words={OVER.again} />
        <div class="others">
          <Button look="second" size="small" onClick={share}>
            <Icon name="share" />
            {OVER.share}
          </Button>
          <Button look="second" size="small" onClick={() => go("leaderboard")}>
            <Icon name="leaderboard" />
            {OVER.leaderboard}
          </Button>
          <Button look="second" size="small" onClick={() => go("play")}>
            <Icon name="menu" />
            {OVER.menu}
          </Button>
        </div>
      </section>
    </main>
  );
}

function Score({ model, last }: { model: Model; last: LastRun }) {
  const refused = last.report.is === "refused" && model.outside.value === null;
  const best = known(model.me.value)?.high_score;
  return (
    <div class="score">
      <p class={refused ? "number void" : "number"}>
        <span class="unseen">{OVER.score} </span>
        {last.score.toLocaleString("en")}
      </p>
      {last.best && !refused && <p class="new-best">{OVER.newBest}</p>}
      {(!last.best || refused) && best !== undefined && <p class="quiet">{OVER.best(best)}</p>}
    </div>
  );
}

function Report({ model, report }: { model: Model; report: LastRun["report"] }) {
  switch (report.is) {
    case "sending":
      return (
        <p class="state">
          <Spinner />
          {OVER.sending}
        </p>
      );
    case "later":
      return (
        <p class="state">
          <Icon name="clock" />
          {OVER.later}
        </p>
      );
    case "refused":
      if (model.outside.value) return <p class="state">{report.why}</p>;
      return (
        <div class="state refused">
          <Icon name="alert" />
          <p>
            <strong>{OVER.refused}</strong>
            <br />
            {report.why}
          </p>
        </div>
      );
    case "taken":
      return <Earned model={model} played={report.played} />;
  }
}

function Earned({ model, played }: { model: Model; played: Played }) {
  const config = known(model.config.value);
  const symbol = config?.token.symbol ?? "";
  const nothing = isNothing(played.tokens);
  return (
    <>
      {nothing && <p class="state">{OVER.nothing}</p>}
      {!nothing && (
        <p class="earned number">
          <Coin />
          <span class="unseen">{OVER.earned(shown(played.tokens), symbol)}</span>
          <span aria-hidden="true">
            +<CountUp to={played.tokens} /> {symbol}
          </span>
        </p>
      )}
      {!nothing && played.wallet === null && config?.chain && (
        <Button look="plain" size="small" onClick={() => model.actions.go("wallet")}>
          {OVER.unbound}
        </Button>
      )}
      {played.achievements.map((id) => (
        <Achievement key={id} model={model} id={id} />
      ))}
    </>
  );
}

function Achievement({ model, id }: { model: Model; id: string }) {
  const rule = known(model.config.value)?.rules.achievements.find((one) => one.id === id);
  return (
    <div class="achievement">
      <Badge plays={rule?.plays ?? 0} />
      <p>
        <span class="quiet">{OVER.achievement}</span>
        <br />
        <strong>{rule?.name ?? id}</strong>
      </p>
    </div>
  );
}
