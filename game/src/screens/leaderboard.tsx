import { known, type Model } from "../model/model";
import type { Leaderboard as Board } from "../server/answers";
import { LEADERBOARD } from "../words/screens";
import { Empty } from "./parts/empty";
import { FromServer } from "./parts/from-server";
import { Outside } from "./parts/outside";
import { Page } from "./parts/page";
import { PlayButton } from "./parts/play-button";
import { Rows } from "./parts/skeleton";
import "./leaderboard.css";

export function Leaderboard({ model }: { model: Model }) {
  const hidden = model.outside.value && known(model.board.value) === undefined;
  return (
    <Page model={model} title={LEADERBOARD.title}>
      {hidden ? <Outside model={model} /> : <Scores model={model} />}
    </Page>
  );
}

function Scores({ model }: { model: Model }) {
  return (
    <FromServer of={model.board} again={model.actions.again} waiting={<Rows count={8} />}>
      {(board) => (board.top.length === 0 ? <Nobody model={model} /> : <List board={board} />)}
    </FromServer>
  );
}

function List({ board: { top, you } }: { board: Board }) {
  const outside = !top.some((place) => place.you);
  return (
    <>
      <ol class="places" aria-label={LEADERBOARD.list}>
        {top.map((place) => (
          <Place key={place.rank} {...place} />
        ))}
      </ol>
      {outside && you.rank !== null && (
        <ol class="places yours" aria-label={LEADERBOARD.yours}>
          <Place rank={you.rank} name={you.name} score={you.score} you />
        </ol>
      )}
      {outside && you.rank === null && <p class="quiet unranked">{LEADERBOARD.unranked}</p>}
    </>
  );
}

function Place({ rank, name, score, you }: Board["top"][number]) {
  return (
    <li class={you ? "place you" : "place"} aria-current={you || undefined}>
      <span class={`rank number rank-${rank}`}>
        <span class="unseen">{LEADERBOARD.rank(rank)}: </span>
        <span aria-hidden="true">{rank.toLocaleString("en")}</span>
      </span>
      <span class="name">
        <bdi>{name}</bdi>
        {you && <span class="tag">{LEADERBOARD.you}</span>}
      </span>
      <span class="points number">
        <span class="unseen">{LEADERBOARD.points(score)}</span>
        <span aria-hidden="true">{score.toLocaleString("en")}</span>
      </span>
    </li>
  );
}

function Nobody({ model }: { model: Model }) {
  return (
    <Empty scene="nest" title={LEADERBOARD.empty}>
      <p class="quiet">{LEADERBOARD.emptyWhy}</p>
      <PlayButton model={model} words={LEADERBOARD.first} />
    </Empty>
  );
}
