-- Where tweets reach the most followers, over all time.
SELECT
    location,
    events AS tweets,
    sum_followers_count AS followers,
    sum_favorite_count AS favorites,
    sum_retweet_count AS retweets
FROM tweets_totals
ORDER BY followers DESC, location
LIMIT 10
